package casework

import (
	"fmt"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/document"
	"huzhi/internal/store"
)

// LeadPaper is a paper to be issued on a lead.
type LeadPaper struct {
	LeadID       string
	Seq          int64 // the lead's version after the step that issues it
	Template     string
	Kind         string // the kind of case that the lead may become
	Jurisdiction string
	On           calendar.Day
	Data         func(say Say, office string) map[string]string // its fields by their Chinese names; office is the issuing body
}

// LeadPaperTx issues a paper on a lead, numbered and signed as those of a case are. The caller has asked for the right.
func (d *Docket) LeadPaperTx(tx *store.Tx, by access.Actor, p LeadPaper) (*document.LeadPaper, error) {
	r, ok := d.regions.Get(p.Jurisdiction)
	if !ok {
		return nil, fmt.Errorf("a paper on a lead: unknown jurisdiction %s", p.Jurisdiction)
	}
	office := d.names.Name(p.Jurisdiction, p.On)
	return d.office.IssueLeadTx(tx, document.Issue{
		Template: p.Template, Kind: p.Kind, Office: office, Mark: r.Mark, On: p.On, By: by.Name, Data: p.Data(d.say, office),
	}, p.LeadID, p.Seq)
}

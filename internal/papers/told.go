package papers

import (
	"strconv"

	"huzhi/internal/audit"
)

// What the log tells of each row of this package, by its hash: huzhi verify holds the rows against it. A column that a later version adds stands at the end, and only
// where it says something, so that the rows of before keep their sums.

// Told is the draft as the log tells of it.
func (d *Draft) Told() (kind, key, sum string) {
	return "draft", d.ID, audit.Sum(d.ID, d.CaseID, d.Template, d.TemplateVersion, d.About, d.State, map[string]string(d.Fields), d.Version, d.Author, d.AuthorName, d.SubmittedBy, d.DocumentID,
		d.Batch, d.CreatedAt, d.UpdatedAt)
}

// Told is the act as the log tells of it.
func (a *Act) Told() (kind, key, sum string) {
	return "draft_act", a.DraftID + "/" + strconv.FormatInt(a.Seq, 10), audit.Sum(a.DraftID, a.Seq, a.Act, a.Note, map[string]string(a.Fields), a.Actor, a.ActorName, a.At)
}

// Told is the voided number as the log tells of it.
func (v *Void) Told() (kind, key, sum string) {
	return "void", v.DocumentID, audit.Sum(v.DocumentID, v.Reason, v.Actor, v.ActorName, v.At)
}

// Told is the batch as the log tells of it.
func (b *Batch) Told() (kind, key, sum string) {
	return "batch", b.ID, audit.Sum(b.ID, b.Template, b.Jurisdiction, map[string]string(b.Fields), b.MadeBy, b.MadeName, b.MadeAt)
}

// Told is the row as the log tells of it.
func (r *BatchRow) Told() (kind, key, sum string) {
	return "batch_row", r.Batch + "/" + strconv.FormatInt(r.Seq, 10), audit.Sum(r.Batch, r.Seq, r.CaseID, r.DraftID, r.State, r.Fault)
}

// Told is the try to serve as the log tells of it.
func (s *Service) Told() (kind, key, sum string) {
	return "service", s.ID, audit.Sum(s.ID, s.DocumentID, s.CaseID, s.Recipient, s.Way, s.Address, s.TriedOn, s.ServedOn, s.State, s.Receiver, s.Relation, s.Witness, s.PostalNo, s.Reason, s.Servers,
		s.Proof, s.Note, s.Version, s.MadeBy, s.MadeName, s.MadeAt)
}

// Told is the confirmed address as the log tells of it.
func (a *Address) Told() (kind, key, sum string) {
	return "service_address", a.ID, audit.Sum(a.ID, a.CaseID, a.Party, a.Address, a.Receiver, a.Phone, a.Electronic, a.OnDay, a.Proof, a.MadeBy, a.MadeName, a.MadeAt)
}

// Told is the publication as the log tells of it.
func (p *Publication) Told() (kind, key, sum string) {
	return "publication", p.ID, audit.Sum(p.ID, p.CaseID, p.DocumentID, p.Jurisdiction, p.Kind, p.State, p.Number, p.Title, p.Office, p.Party, p.Code, p.Subject, p.Result, p.Text, p.SHA256,
		p.DecidedOn, p.PublishedOn, p.EndsOn, p.Ground, p.GroundOn, p.GoneOn, p.Reason, p.MadeBy, p.MadeName, p.MadeAt, p.Version)
}

package casework

import (
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/statute"
)

// The laws that a case goes by, as the sentences of its articles tell them apart: cite.<kind>.<step>.<law>.
const (
	LawOrder71 = "order71" // disputes filed before Order 81 was in force
	LawOrder81 = "order81" // and since
)

// Laws are those by which cases of a kind may go.
func Laws(kind string) []string {
	if kind == Counterfeit {
		return []string{statute.BookPatent, statute.BookSAMR}
	}
	return []string{LawOrder71, LawOrder81}
}

// Cited is the law that a case goes by: a penalty case the procedural book that its conclusion period is pinned to, any other that of its filing day.
func (d *Docket) Cited(f *File) string {
	if f.Kind == Counterfeit {
		if k := f.Clock("CF_CLOSE"); k != nil && strings.HasSuffix(k.Version, "/"+statute.BookSAMR) {
			return statute.BookSAMR
		}
		return statute.BookPatent
	}
	return lawOn(d.clocks.Rules(), f.FiledOn)
}

func lawOn(rules *statute.Book, filed calendar.Day) string {
	if o, ok := rules.Instrument("O81"); ok && filed >= o.From {
		return LawOrder81
	}
	return LawOrder71
}

// Cites are the keys under which the article of a step of a kind may stand, the nearest first: by the law that the case goes by ("" where it is not known), of the
// kind, and of its side procedure, which is only for what is the same in every kind that has it.
func (s *Step) Cites(kind, law string) []string {
	var keys []string
	if law != "" {
		keys = append(keys, "cite."+kind+"."+s.Name+"."+law)
	}
	keys = append(keys, "cite."+kind+"."+s.Name)
	if s.Track != "" {
		keys = append(keys, "cite."+s.Key(kind))
	}
	return keys
}

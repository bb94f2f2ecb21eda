package inspection

import (
	"context"

	"gorm.io/gorm"

	"huzhi/internal/search"
	"huzhi/internal/store"
)

// index writes what a visit is found by: its place, and of the version that holds its parties, products, numbers and marks.
func (r *Rounds) index(tx *store.Tx, v *Visit, rec *Record) error {
	texts, numbers := []string{v.Address, v.Note}, []string{}
	if rec != nil {
		texts = append(texts, rec.Note)
		for i := range rec.Parties {
			p := &rec.Parties[i]
			texts = append(texts, p.Name, p.Address)
			for j := range p.Findings {
				f := &p.Findings[j]
				texts = append(texts, f.Facts.Product, f.Facts.Text)
				numbers = append(numbers, f.Number)
				_, keys := findings(v, &Record{Parties: []Party{{Findings: []Finding{*f}}}})
				for _, k := range keys {
					numbers = append(numbers, k.Key)
				}
			}
		}
	}
	return search.Put(tx, search.Doc{SubjectID: v.ID, SubjectKind: search.Visit, Jurisdiction: v.Jurisdiction, Restricted: v.Restricted, SortOn: v.VisitOn,
		Label: r.regions.Name(v.Place, r.chinese.Lang()), Title: v.Name}, numbers, texts...)
}

// IndexOld makes visits found that were made before visits were, and says how many.
func (r *Rounds) IndexOld(ctx context.Context) (n int, err error) {
	for {
		var list []Visit
		err := r.db.Read(ctx).Where("state <> ? AND NOT EXISTS (SELECT 1 FROM search_docs d WHERE d.subject_id = visits.id)", Dropped).Order("id").Limit(100).Find(&list).Error
		if err != nil || len(list) == 0 {
			return n, err
		}
		err = r.db.Tx(ctx, func(tx *store.Tx) error {
			for i := range list {
				v := &list[i]
				rec, err := holding(tx.DB, v)
				if err != nil {
					return err
				}
				if err := r.index(tx, v, rec); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return n, err
		}
		n += len(list)
	}
}

// holding is the record that holds, nil of a visit that is only planned.
func holding(q *gorm.DB, v *Visit) (*Record, error) {
	if v.Version == 0 {
		return nil, nil
	}
	_, rec, err := versionOf(q, v.ID, v.Version)
	return rec, err
}

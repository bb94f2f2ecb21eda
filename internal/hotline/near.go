package hotline

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/casework"
	"huzhi/internal/lead"
	"huzhi/internal/search"
)

// Typed is what stands in the form so far.
type Typed struct {
	Phone, Respondent, PatentNo, URL string
	Caller                           string // a person of the vault, in place of the number
	But                              string // the call itself
}

// Near is an earlier call that may be of the same matter, and by what it was found.
type Near struct {
	Call
	Why []string // phone, respondent, patent_no, url
}

// nearMost is how many calls are shown of each kind.
const nearMost = 6

// Beside is what stands beside the form while it is filled: the caller's own calls, open ones first, and calls of the same respondent, patent or
// page. All within the person's scope, each found by an index. Forbidden.
func (d *Desk) Beside(ctx context.Context, by access.Actor, t Typed) (own, same []Near, err error) {
	if err := d.guard.AllowAnywhere(by, "call.view"); err != nil {
		return nil, nil, err
	}
	ids, err := d.persons(ctx, by, t)
	if err != nil {
		return nil, nil, err
	}
	scoped := func() *gorm.DB {
		return d.db.Read(ctx).Model(&Call{}).Scopes(d.guard.Scope(by, "call.view", "calls")).Where("calls.id <> ? AND calls.joined_id = ''", t.But).Limit(nearMost)
	}
	if len(ids) > 0 {
		var rows []Call
		if err := scoped().Where("calls.identity_id IN ?", ids).Order("CASE WHEN calls.state = 'open' THEN 0 ELSE 1 END, calls.received_on DESC, calls.id DESC").Find(&rows).Error; err != nil {
			return nil, nil, err
		}
		if err := legibleAll(d, rows); err != nil {
			return nil, nil, err
		}
		for _, c := range rows {
			own = append(own, Near{Call: c, Why: []string{"phone"}})
		}
	}
	k := d.KeysOf(t.Respondent, t.PatentNo, t.URL)
	for _, x := range []struct{ why, col, key string }{{"respondent", "respondent_key", k.RespondentKey}, {"patent_no", "patent_key", k.PatentKey}, {"url", "url_key", k.URLKey}} {
		if x.key == "" {
			continue
		}
		var rows []Call // the second condition lets the index be used, which holds no empty keys
		if err := scoped().Where("calls."+x.col+" = ? AND calls."+x.col+" <> ''", x.key).Order("calls.received_on DESC, calls.id DESC").Find(&rows).Error; err != nil {
			return nil, nil, err
		}
		if err := legibleAll(d, rows); err != nil {
			return nil, nil, err
		}
		for _, c := range rows {
			same = add(same, c, x.why)
		}
	}
	return own, same, nil
}

// persons are who the caller may be: those of the digits typed, and the caller of an earlier call.
func (d *Desk) persons(ctx context.Context, by access.Actor, t Typed) ([]string, error) {
	ids, err := d.FindCallers(ctx, by, t.Phone)
	if err != nil || t.Caller == "" {
		return ids, err
	}
	var n int64 // a person of another office's vault is nobody here
	err = d.db.Read(ctx).Table("identities").Scopes(d.guard.ScopePlain(by, "call.view", "identities")).Where("identities.id = ?", t.Caller).Count(&n).Error
	if n > 0 {
		ids = append(ids, t.Caller)
	}
	return ids, err
}

// Matters are the leads and the cases of the caller within the person's scope, the open ones first. Forbidden.
func (d *Desk) Matters(ctx context.Context, by access.Actor, t Typed) ([]lead.Lead, []casework.Case, error) {
	if err := d.guard.AllowAnywhere(by, "call.view"); err != nil {
		return nil, nil, err
	}
	ids, err := d.persons(ctx, by, t)
	if err != nil || len(ids) == 0 {
		return nil, nil, err
	}
	return d.leads.OfPersons(ctx, by, ids, nearMost)
}

func add(list []Near, c Call, why string) []Near {
	i := slices.IndexFunc(list, func(n Near) bool { return n.ID == c.ID })
	if i >= 0 {
		list[i].Why = append(list[i].Why, why)
		return list
	}
	return append(list, Near{Call: c, Why: []string{why}})
}

// NearLeads are leads of the person's scope of the same patent or respondent, whose call is not among those found.
func (d *Desk) NearLeads(ctx context.Context, by access.Actor, t Typed) (out []search.Doc, err error) {
	if !d.guard.CanAnywhere(by, "lead.view") {
		return nil, nil
	}
	for _, text := range []string{t.PatentNo, t.Respondent} {
		q, ok := search.Parse(text)
		if !ok || len([]rune(text)) < 4 {
			continue
		}
		docs, err := search.Find(ctx, d.db, q, search.Lead, d.guard.ScopeOn(by, "lead.view", "search_docs", "subject_id"), 3)
		if err != nil {
			return nil, err
		}
		for _, x := range docs {
			if !slices.ContainsFunc(out, func(o search.Doc) bool { return o.SubjectID == x.SubjectID }) {
				out = append(out, x)
			}
		}
	}
	return out, nil
}

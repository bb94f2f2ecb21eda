//go:build js && wasm

// Command markwasm is the marking check for a phone: the same Go source as the server's, compiled to WebAssembly.
//
// It sets huzhiCheckMark(facts) on the page: facts and answer are plain objects with the names of the server's JSON. It also sets
// huzhiNumbers(text): the numbers of a mark, for the look-up in the extract that the phone holds; and huzhiWithNumber(text, number): the mark with a
// number that was typed or scanned. Neither fmt nor a JSON package is linked in:
// the file is much smaller without them.
package main

import (
	"syscall/js"

	"huzhi/internal/calendar"
	"huzhi/internal/patent"
)

func main() {
	js.Global().Set("huzhiCheckMark", js.FuncOf(func(_ js.Value, args []js.Value) any {
		if len(args) != 1 || args[0].Type() != js.TypeObject {
			return js.Null()
		}
		return answer(patent.CheckMarking(facts(args[0])))
	}))
	js.Global().Set("huzhiWithNumber", js.FuncOf(func(_ js.Value, args []js.Value) any {
		if len(args) != 2 {
			return js.Null()
		}
		return patent.WithNumber(text(args[0]), text(args[1]))
	}))
	js.Global().Set("huzhiNumbers", js.FuncOf(func(_ js.Value, args []js.Value) any {
		list := []any{}
		if len(args) == 1 {
			for _, n := range patent.Numbers(text(args[0])) {
				list = append(list, map[string]any{"key": n.Key(), "number": n.String(), "normal": n.Normal(), "valid_check": n.ValidCheck()})
			}
		}
		return list
	}))
	js.Global().Set("huzhiRules", patent.Rules)
	select {}
}

func text(v js.Value) string {
	if v.Type() != js.TypeString {
		return ""
	}
	return v.String()
}

func yes(v js.Value) bool { return v.Type() == js.TypeBoolean && v.Bool() }

func maybe(v js.Value) *bool {
	if v.Type() != js.TypeBoolean {
		return nil
	}
	b := v.Bool()
	return &b
}

func day(v js.Value) calendar.Day {
	d, err := calendar.ParseDay(text(v))
	if err != nil {
		return 0
	}
	return d
}

func list(v js.Value) []string {
	if v.Type() != js.TypeObject {
		return nil
	}
	var out []string
	for i := range v.Length() {
		out = append(out, text(v.Index(i)))
	}
	return out
}

func facts(v js.Value) patent.Facts {
	f := patent.Facts{
		Medium: text(v.Get("medium")), Text: text(v.Get("text")), Role: text(v.Get("role")), Party: text(v.Get("party")), Product: text(v.Get("product")),
		ProducedOn: day(v.Get("produced_on")), SoldOn: day(v.Get("sold_on")), Matches: text(v.Get("matches")),
		Permission: maybe(v.Get("permission")), ShowsValidOwnPatent: maybe(v.Get("shows_valid_own_patent")), ForgedPaper: yes(v.Get("forged_paper")),
		Unaware: maybe(v.Get("unaware")), LawfulSource: maybe(v.Get("lawful_source")),
	}
	if r := v.Get("register"); r.Type() == js.TypeObject {
		x := register(r)
		f.Register = &x
	}
	if more := v.Get("registers"); more.Type() == js.TypeObject {
		for i := range more.Length() {
			f.Others = append(f.Others, register(more.Index(i)))
		}
	}
	return f
}

func register(v js.Value) patent.Register {
	return patent.Register{
		Number: text(v.Get("number")), Found: maybe(v.Get("found")), Type: patent.Type(text(v.Get("type"))), Status: patent.Status(text(v.Get("status"))),
		Title: text(v.Get("title")), Patentees: list(v.Get("patentees")), Licensees: list(v.Get("licensees")),
		FiledOn: day(v.Get("filed_on")), GrantedOn: day(v.Get("granted_on")), StatusAsOf: day(v.Get("status_as_of")), EndedOn: day(v.Get("ended_on")),
		EndReason: text(v.Get("end_reason")), AvoidDouble: yes(v.Get("avoid_double")), Method: yes(v.Get("method")),
	}
}

func both(t patent.Text) map[string]any { return map[string]any{"zh": t.ZH, "en": t.EN} }

func answer(r patent.Result) map[string]any {
	found, unless := []any{}, []any{}
	for _, x := range r.Findings {
		m := map[string]any{"row": x.Row, "result": string(x.Result), "limb": x.Limb, "cite": x.Cite.String(), "reason": both(x.Reason)}
		if x.Number != "" {
			m["number"] = x.Number
		}
		if x.Order != nil {
			m["order"] = both(*x.Order)
		}
		found = append(found, m)
	}
	for _, x := range r.Unless {
		unless = append(unless, map[string]any{"zh": x.ZH, "en": x.EN, "row": x.Row, "result": string(x.Result)})
	}
	out := map[string]any{"result": string(r.Result), "findings": found, "unless": unless, "rules": r.Rules}
	if r.Outcome != "" {
		out["outcome"] = r.Outcome
	}
	if len(r.Warnings) > 0 {
		w := []any{}
		for _, x := range r.Warnings {
			w = append(w, both(x))
		}
		out["warnings"] = w
	}
	return out
}

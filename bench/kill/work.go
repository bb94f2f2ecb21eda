package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// form is the paper that is written.
const form = "paper_withdrawal"

// worker does one kind of work over and over. What broke off goes on in the next round.
type worker struct {
	name   string
	turn   func(round int) // a new round begins
	once   func(context.Context) error
	rest   func() bool // nothing broken off is left
	broke  bool
	failed error
}

func (w *worker) begin(round int) {
	w.broke = false
	w.turn(round)
}

// until works until it is cut off. last ends with the first piece of work that is done.
func (w *worker) until(ctx context.Context, last bool) {
	for {
		err := w.once(context.WithoutCancel(ctx))
		switch {
		case errors.Is(err, errCut) && !last:
			w.broke = true
			return
		case err != nil:
			w.failed = err
			return
		case last && w.rest():
			return
		}
	}
}

// crew are the people at work.
func (o *office) crew() []*worker {
	return []*worker{o.sender("files 1", 0), o.sender("files 2", officers/2), o.filer(), o.writer()}
}

// sender sends a file in pieces, and takes it into the case as evidence.
func (o *office) sender(name string, first int) *worker {
	var c *client
	var at, id string // where the upload is, and the evidence that it becomes
	var body []byte
	var sent int // acknowledged bytes
	n := 0
	w := &worker{name: name, rest: func() bool { return at == "" }}
	w.turn = func(round int) {
		if who := fmt.Sprintf("officer%d", first+round/25%(officers/2)); at == "" && (c == nil || c.name != who) {
			c = o.client(who)
		}
	}
	w.once = func(ctx context.Context) error {
		if err := c.enter(ctx); err != nil {
			return err
		}
		const tus, piece = "Tus-Resumable", "application/offset+octet-stream"
		if at == "" {
			n++
			body = bytes.Repeat(fmt.Appendf(nil, "%s %d ", name, n), 5000)
			a, err := c.do(ctx, http.MethodPost, "/uploads", nil, tus, "1.0.0", "Upload-Length", strconv.Itoa(len(body)), "Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s-%d.bin", name, n)))
			if err != nil {
				return err
			}
			if a.status != http.StatusCreated {
				return fmt.Errorf("an upload begins: %d", a.status)
			}
			at, id, sent = a.to(), o.db.NewID(), 0
		}
		sum := sha256.Sum256(body)
		there := promise{"file", "SELECT COUNT(*) FROM evidence WHERE id = ? AND sha256 = ?", []any{id, hex.EncodeToString(sum[:])}}
		for {
			a, err := c.do(ctx, http.MethodHead, at, nil, tus, "1.0.0")
			if err != nil {
				return err
			}
			if a.status == http.StatusNotFound { // it was taken in, and the answer did not come
				if k, err := o.count(ctx, there.sql, there.args...); err != nil || k != 1 {
					return fmt.Errorf("the upload %s is gone, and there are %d items: %w", at, k, err)
				}
				break
			}
			have, err := strconv.Atoi(a.head.Get("Upload-Offset"))
			if err != nil || have < sent {
				return fmt.Errorf("%d bytes of %s were acknowledged, %q are there (%d)", sent, at, a.head.Get("Upload-Offset"), a.status)
			}
			if have == len(body) {
				if a, err = c.post(ctx, "/cases/"+o.caseID+"/evidence", url.Values{"id": {id}, "form": {"file"}, "kind": {"electronic"}, "upload": {at[len("/uploads/"):]}}); err != nil {
					return err
				}
				if a.status != http.StatusSeeOther {
					return fmt.Errorf("%s is taken in: %d", at, a.status)
				}
				break
			}
			if a, err = c.do(ctx, http.MethodPatch, at, bytes.NewReader(body[have:min(have+len(body)/3+1, len(body))]), tus, "1.0.0", "Content-Type", piece, "Upload-Offset", strconv.Itoa(have)); err != nil {
				return err
			}
			if a.status != http.StatusNoContent {
				return fmt.Errorf("a piece of %s: %d", at, a.status)
			}
			if sent, err = strconv.Atoi(a.head.Get("Upload-Offset")); err != nil {
				return err
			}
		}
		o.keep(there.what, there.sql, there.args...)
		at = ""
		return nil
	}
	return w
}

// filer registers leads, verifies them, and has the chief file them.
func (o *office) filer() *worker {
	id := ""
	w := &worker{name: "cases", turn: func(int) {}, rest: func() bool { return id == "" }}
	officer, chief := o.client("officer0"), o.client("chief")
	w.once = func(ctx context.Context) error {
		if err := errors.Join(officer.enter(ctx), chief.enter(ctx)); err != nil {
			return err
		}
		if id == "" {
			id = o.db.NewID()
		}
		path := "/leads/" + id
		if filed, err := o.count(ctx, "SELECT COUNT(*) FROM leads WHERE id = ? AND state = 'filed'", id); err != nil || filed == 1 {
			id = ""
			return err
		}
		a, err := officer.post(ctx, "/leads", url.Values{"id": {id}, "source": {"letter"}, "kind": {"counterfeit"}, "jurisdiction": {"330500"}, "place": {"330521"}, "received_on": {today.String()},
			"title": {"测试木业有限公司涉嫌假冒专利"}, "facts": {"竹凉席包装标注他人专利号"}, "respondent": {"测试木业有限公司"}})
		if err != nil {
			return err
		}
		if a.status != http.StatusSeeOther || a.to() != path {
			return fmt.Errorf("a lead: %d %s", a.status, a.to())
		}
		o.keep("lead", "SELECT COUNT(*) FROM leads WHERE id = ?", id)
		v, err := officer.form(ctx, path, path+"/verify")
		if err != nil {
			return err
		}
		if v != nil { // else it was verified before the answer broke off
			v.Set("on", today.String())
			v.Set("proposal", "file")
			v.Set("opinion", "建议立案")
			if a, err = officer.post(ctx, path+"/verify", v); err != nil {
				return err
			}
			if a.status != http.StatusSeeOther {
				return fmt.Errorf("%s is verified: %d", path, a.status)
			}
		}
		o.keep("verification", "SELECT COUNT(*) FROM leads WHERE id = ? AND proposal = 'file'", id)
		if v, err = chief.form(ctx, path+"/file", path+"/file"); err != nil {
			return err
		}
		if v == nil {
			return fmt.Errorf("%s cannot be filed", path)
		}
		v.Set("kind", "counterfeit")
		v.Set("on", today.String())
		v["officers"] = o.ids[:2]
		if a, err = chief.post(ctx, path+"/file", v); err != nil {
			return err
		}
		if a.status != http.StatusSeeOther {
			return fmt.Errorf("%s is filed: %d", path, a.status)
		}
		o.keep("case", "SELECT COUNT(*) FROM cases WHERE lead_id = ?", id)
		id = ""
		return nil
	}
	return w
}

// writer writes a paper, and has the chief approve it.
func (o *office) writer() *worker {
	id := ""
	w := &worker{name: "papers", turn: func(int) {}, rest: func() bool { return id == "" }}
	officer, chief := o.client("officer1"), o.client("chief")
	w.once = func(ctx context.Context) error {
		if err := errors.Join(officer.enter(ctx), chief.enter(ctx)); err != nil {
			return err
		}
		if id == "" {
			id = o.db.NewID()
		}
		path := "/papers/drafts/" + id
		state := ""
		if err := o.db.Read(ctx).Raw("SELECT state FROM paper_drafts WHERE id = ?", id).Scan(&state).Error; err != nil {
			return err
		}
		var v url.Values
		a, err := &answer{}, error(nil)
		switch state {
		case "":
			a, err = officer.post(ctx, "/cases/"+o.caseID+"/papers", url.Values{"id": {id}, "template": {form}})
			if err == nil && a.status == http.StatusSeeOther {
				o.keep("draft", "SELECT COUNT(*) FROM paper_drafts WHERE id = ?", id)
			}
		case "draft":
			if v, err = officer.form(ctx, path, path+"/save"); err != nil {
				return err
			}
			if v == nil {
				return fmt.Errorf("%s cannot be written", path)
			}
			v.Set("f.送交人", "测试木业有限公司")
			v.Set("f.原文书", "责令改正通知书")
			v.Set("f.撤回理由", "事实有误")
			if a, err = officer.post(ctx, path+"/submit", v); err == nil && a.status == http.StatusSeeOther {
				o.keep("submission", "SELECT COUNT(*) FROM paper_drafts WHERE id = ? AND state IN ('submitted', 'issued')", id)
			}
		case "submitted":
			if v, err = chief.form(ctx, path, path+"/approve"); err != nil {
				return err
			}
			if a, err = chief.post(ctx, path+"/approve", v); err == nil && a.status == http.StatusSeeOther {
				o.keep("approved paper", "SELECT COUNT(*) FROM paper_drafts p JOIN documents d ON d.id = p.document_id WHERE p.id = ? AND d.number <> ''", id)
			}
		case "issued":
			id = ""
			return nil
		}
		if err == nil && a.status != http.StatusSeeOther {
			err = fmt.Errorf("%s (%s): %d", path, state, a.status)
		}
		return err
	}
	return w
}

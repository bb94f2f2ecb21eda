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

	"huzhi/bench/browse"
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
		case errors.Is(err, browse.ErrCut) && !last:
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
	var c *browse.Client
	var at, id string // where the upload is, and the evidence that it becomes
	var body []byte
	var sent int // acknowledged bytes
	n := 0
	w := &worker{name: name, rest: func() bool { return at == "" }}
	w.turn = func(round int) {
		if who := fmt.Sprintf("officer%d", first+round/25%(officers/2)); at == "" && (c == nil || c.Name != who) {
			c = o.client(who)
		}
	}
	w.once = func(ctx context.Context) error {
		if err := c.Enter(ctx); err != nil {
			return err
		}
		const tus, piece = "Tus-Resumable", "application/offset+octet-stream"
		if at == "" {
			n++
			body = bytes.Repeat(fmt.Appendf(nil, "%s %d ", name, n), 5000)
			a, err := c.Do(ctx, http.MethodPost, "/uploads", nil, tus, "1.0.0", "Upload-Length", strconv.Itoa(len(body)), "Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s-%d.bin", name, n)))
			if err != nil {
				return err
			}
			if a.Status != http.StatusCreated {
				return fmt.Errorf("an upload begins: %d", a.Status)
			}
			at, id, sent = a.To(), o.db.NewID(), 0
		}
		sum := sha256.Sum256(body)
		there := promise{"file", "SELECT COUNT(*) FROM evidence WHERE id = ? AND sha256 = ?", []any{id, hex.EncodeToString(sum[:])}}
		for {
			a, err := c.Do(ctx, http.MethodHead, at, nil, tus, "1.0.0")
			if err != nil {
				return err
			}
			if a.Status == http.StatusNotFound { // it was taken in, and the answer did not come
				if k, err := o.count(ctx, there.sql, there.args...); err != nil || k != 1 {
					return fmt.Errorf("the upload %s is gone, and there are %d items: %w", at, k, err)
				}
				break
			}
			have, err := strconv.Atoi(a.Head.Get("Upload-Offset"))
			if err != nil || have < sent {
				return fmt.Errorf("%d bytes of %s were acknowledged, %q are there (%d)", sent, at, a.Head.Get("Upload-Offset"), a.Status)
			}
			if have == len(body) {
				if a, err = c.Post(ctx, "/cases/"+o.caseID+"/evidence", url.Values{"id": {id}, "form": {"file"}, "kind": {"electronic"}, "upload": {at[len("/uploads/"):]}}); err != nil {
					return err
				}
				if a.Status != http.StatusSeeOther {
					return fmt.Errorf("%s is taken in: %d", at, a.Status)
				}
				break
			}
			if a, err = c.Do(ctx, http.MethodPatch, at, bytes.NewReader(body[have:min(have+len(body)/3+1, len(body))]), tus, "1.0.0", "Content-Type", piece, "Upload-Offset", strconv.Itoa(have)); err != nil {
				return err
			}
			if a.Status != http.StatusNoContent {
				return fmt.Errorf("a piece of %s: %d", at, a.Status)
			}
			if sent, err = strconv.Atoi(a.Head.Get("Upload-Offset")); err != nil {
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
		if err := errors.Join(officer.Enter(ctx), chief.Enter(ctx)); err != nil {
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
		a, err := officer.Post(ctx, "/leads", url.Values{"id": {id}, "source": {"letter"}, "kind": {"counterfeit"}, "jurisdiction": {"330500"}, "place": {"330521"}, "received_on": {today.String()},
			"title": {"测试木业有限公司涉嫌假冒专利"}, "facts": {"竹凉席包装标注他人专利号"}, "respondent": {"测试木业有限公司"}})
		if err != nil {
			return err
		}
		if a.Status != http.StatusSeeOther || a.To() != path {
			return fmt.Errorf("a lead: %d %s", a.Status, a.To())
		}
		o.keep("lead", "SELECT COUNT(*) FROM leads WHERE id = ?", id)
		v, err := officer.Form(ctx, path, path+"/verify")
		if err != nil {
			return err
		}
		if v != nil { // else it was verified before the answer broke off
			v.Set("on", today.String())
			v.Set("proposal", "file")
			v.Set("opinion", "建议立案")
			if a, err = officer.Post(ctx, path+"/verify", v); err != nil {
				return err
			}
			if a.Status != http.StatusSeeOther {
				return fmt.Errorf("%s is verified: %d", path, a.Status)
			}
		}
		o.keep("verification", "SELECT COUNT(*) FROM leads WHERE id = ? AND proposal = 'file'", id)
		if v, err = chief.Form(ctx, path+"/file", path+"/file"); err != nil {
			return err
		}
		if v == nil {
			return fmt.Errorf("%s cannot be filed", path)
		}
		v.Set("kind", "counterfeit")
		v.Set("on", today.String())
		v["officers"] = o.ids[:2]
		if a, err = chief.Post(ctx, path+"/file", v); err != nil {
			return err
		}
		if a.Status != http.StatusSeeOther {
			return fmt.Errorf("%s is filed: %d", path, a.Status)
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
		if err := errors.Join(officer.Enter(ctx), chief.Enter(ctx)); err != nil {
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
		a, err := &browse.Answer{}, error(nil)
		switch state {
		case "":
			a, err = officer.Post(ctx, "/cases/"+o.caseID+"/papers", url.Values{"id": {id}, "template": {form}})
			if err == nil && a.Status == http.StatusSeeOther {
				o.keep("draft", "SELECT COUNT(*) FROM paper_drafts WHERE id = ?", id)
			}
		case "draft":
			if v, err = officer.Form(ctx, path, path+"/save"); err != nil {
				return err
			}
			if v == nil {
				return fmt.Errorf("%s cannot be written", path)
			}
			v.Set("f.送交人", "测试木业有限公司")
			v.Set("f.原文书", "责令改正通知书")
			v.Set("f.撤回理由", "事实有误")
			if a, err = officer.Post(ctx, path+"/submit", v); err == nil && a.Status == http.StatusSeeOther {
				o.keep("submission", "SELECT COUNT(*) FROM paper_drafts WHERE id = ? AND state IN ('submitted', 'issued')", id)
			}
		case "submitted":
			if v, err = chief.Form(ctx, path, path+"/approve"); err != nil {
				return err
			}
			if a, err = chief.Post(ctx, path+"/approve", v); err == nil && a.Status == http.StatusSeeOther {
				o.keep("approved paper", "SELECT COUNT(*) FROM paper_drafts p JOIN documents d ON d.id = p.document_id WHERE p.id = ? AND d.number <> ''", id)
			}
		case "issued":
			id = ""
			return nil
		}
		if err == nil && a.Status != http.StatusSeeOther {
			err = fmt.Errorf("%s (%s): %d", path, state, a.Status)
		}
		return err
	}
	return w
}

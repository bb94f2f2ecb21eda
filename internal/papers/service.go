package papers

import (
	"context"
	"slices"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
	"huzhi/internal/store"
)

// How a try to serve a paper ended.
const (
	AwaitingProof = "waiting" // posted, and the receipt is not back
	Done          = "served"
	Failed        = "failed"
	Returned      = "returned" // by the post from the address that the party confirmed: it counts as served (Market-Regulation Procedure Art. 83)
)

// Entrusted is service by another office, the army or a prison (Civil Procedure Law Arts 91-94).
const Entrusted = "entrusted"

// Outcomes are how a try may end.
func Outcomes() []string { return []string{Done, AwaitingProof, Failed, Returned} }

// Service is a try to serve a paper, with its proof.
type Service struct {
	ID         string `gorm:"primaryKey"`
	DocumentID string
	CaseID     string
	Recipient  string // a party's name
	Way        string
	Address    string       // or the account, of electronic service
	TriedOn    calendar.Day // of a public notice: the day on which it was published
	ServedOn   calendar.Day // may lie ahead with a public notice
	State      string
	Receiver   string // who signed
	Relation   string // of the receiver to the recipient
	Witness    string
	PostalNo   string
	Reason     string // why it failed; why nothing but a public notice was left
	Servers    string
	Proof      string // a file of the case: the signed receipt, a photo, the film, the posted notice
	Note       string
	Version    int64
	MadeBy     string
	MadeName   string
	MadeAt     time.Time
}

// TableName is the table of the services.
func (Service) TableName() string { return "paper_services" }

// Address is where a party confirmed to be served.
type Address struct {
	ID         string `gorm:"primaryKey"`
	CaseID     string
	Party      string
	Address    string
	Receiver   string
	Phone      string
	Electronic string // the account that the party agreed to; "" is no consent
	OnDay      calendar.Day
	Proof      string
	MadeBy     string
	MadeName   string
	MadeAt     time.Time
}

// TableName is the table of the confirmed addresses.
func (Address) TableName() string { return "service_addresses" }

// Services are all tries to serve papers of a case that the caller has let the person see, in order, and the addresses confirmed, the latest first.
func (d *Desk) Services(ctx context.Context, caseID string) (tries []Service, at []Address, err error) {
	if err = d.db.Read(ctx).Where("case_id = ?", caseID).Order("tried_on, id").Find(&tries).Error; err == nil {
		err = d.db.Read(ctx).Where("case_id = ?", caseID).Order("on_day DESC, id DESC").Find(&at).Error
	}
	return tries, at, err
}

// confirmed is the address that a party confirmed last, or nil.
func confirmed(tx *store.Tx, caseID, party string) (*Address, error) {
	var a []Address
	err := tx.Where("case_id = ? AND party = ?", caseID, party).Order("on_day DESC, id DESC").Limit(1).Find(&a).Error
	if err != nil || len(a) == 0 {
		return nil, err
	}
	return &a[0], nil
}

// Confirm records the address that a party confirmed for service (送达地址确认书).
func (d *Desk) Confirm(ctx context.Context, by access.Actor, a Address) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.ConfirmTx(tx, by, a) })
}

// ConfirmTx is Confirm in the caller's transaction.
func (d *Desk) ConfirmTx(tx *store.Tx, by access.Actor, a Address) error {
	f, err := d.works(tx, by, a.CaseID)
	if err != nil {
		return err
	}
	var bad errs.Faults
	bad.Require("address", a.Address)
	bad.Limit("address", a.Address, 300)
	bad.Limit("receiver", a.Receiver, 100)
	bad.Limit("phone", a.Phone, 40)
	bad.Limit("electronic", a.Electronic, 200)
	if !slices.Contains(f.PartyNames(""), a.Party) {
		bad.Add("party", "error.choice")
	}
	past(&bad, "on", a.OnDay, f.Today)
	ownFile(&bad, f, a.Proof)
	if err := bad.Err(); err != nil {
		return err
	}
	a.MadeBy, a.MadeName, a.MadeAt = by.ID, by.Name, tx.Now
	if err := tx.Create(&a).Error; err != nil {
		return err
	}
	return d.log(tx, by, "service.address", f, map[string]any{"party": a.Party, "address": a.Address, "electronic": a.Electronic}, &a)
}

func past(bad *errs.Faults, name string, on, today calendar.Day) {
	switch {
	case on.IsZero():
		bad.Add(name, "error.required")
	case on > today:
		bad.Add(name, "error.day_ahead")
	}
}

func ownFile(bad *errs.Faults, f *casework.File, id string) {
	if id != "" && !slices.ContainsFunc(f.Attached, func(a casework.Attachment) bool { return a.ID == id }) {
		bad.Add("proof", "error.choice")
	}
}

// Serve records a try to serve a paper, in any way, as it ended or as far as it is known, and takes the step of the procedure that it completes: the day on
// which the paper was served is what its clocks start from. NotFound, Forbidden, Conflict where the paper was voided; Invalid with the rule that is not kept.
func (d *Desk) Serve(ctx context.Context, by access.Actor, s Service) (over *Over, err error) {
	err = d.db.Tx(ctx, func(tx *store.Tx) error {
		over, err = d.ServeTx(tx, by, s)
		return err
	})
	return over, err
}

// ServeTx is Serve in the caller's transaction.
func (d *Desk) ServeTx(tx *store.Tx, by access.Actor, s Service) (*Over, error) {
	f, err := d.works(tx, by, s.CaseID)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(f.Documents, func(x document.Document) bool { return x.ID == s.DocumentID })
	if i < 0 {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	var n int64
	if err := tx.Model(&Void{}).Where("document_id = ?", s.DocumentID).Count(&n).Error; err != nil {
		return nil, err
	}
	if n > 0 {
		return nil, errs.New(errs.Conflict, "error.paper.voided")
	}
	var again []Service
	if err := tx.Where("id = ?", s.ID).Find(&again).Error; err != nil || len(again) > 0 {
		return nil, err
	}
	if err := d.lawful(tx, f, &f.Documents[i], &s); err != nil {
		return nil, err
	}
	s.Version, s.MadeBy, s.MadeName, s.MadeAt = 1, by.ID, by.Name, tx.Now
	if err := tx.Create(&s).Error; err != nil {
		return nil, err
	}
	if err := d.log(tx, by, "service.add", f, map[string]any{"document": f.Documents[i].Number, "recipient": s.Recipient, "way": s.Way, "state": s.State, "served_on": s.ServedOn.String()}, &s); err != nil {
		return nil, err
	}
	return d.takeOver(tx, by, f, &s)
}

// Settle records how a try that waited for its receipt ended, and takes the step that it completes.
func (d *Desk) Settle(ctx context.Context, by access.Actor, id string, version int64, in Service) (over *Over, err error) {
	err = d.db.Tx(ctx, func(tx *store.Tx) error {
		var s Service
		if err := tx.Where("id = ?", id).Take(&s).Error; err != nil {
			return errs.New(errs.NotFound, "error.not_found").Because(err)
		}
		f, err := d.works(tx, by, s.CaseID)
		if err != nil {
			return err
		}
		if s.State != AwaitingProof || s.Version != version {
			return errs.New(errs.Conflict, "error.stale", s.MadeAt)
		}
		i := slices.IndexFunc(f.Documents, func(x document.Document) bool { return x.ID == s.DocumentID })
		if i < 0 {
			return errs.New(errs.NotFound, "error.not_found")
		}
		s.State, s.ServedOn, s.Receiver, s.Relation, s.Reason = in.State, in.ServedOn, in.Receiver, in.Relation, in.Reason
		if in.Proof != "" {
			s.Proof = in.Proof
		}
		if err := d.lawful(tx, f, &f.Documents[i], &s); err != nil {
			return err
		}
		r := tx.Model(&Service{}).Where("id = ? AND version = ?", id, version).Updates(map[string]any{"state": s.State, "served_on": s.ServedOn, "receiver": s.Receiver,
			"relation": s.Relation, "reason": s.Reason, "proof": s.Proof, "version": version + 1})
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return errs.New(errs.Conflict, "error.stale", tx.Now)
		}
		s.Version = version + 1
		if err := d.log(tx, by, "service.settle", f, map[string]any{"document": f.Documents[i].Number, "recipient": s.Recipient, "way": s.Way, "state": s.State, "served_on": s.ServedOn.String()}, &s); err != nil {
			return err
		}
		over, err = d.takeOver(tx, by, f, &s)
		return err
	})
	return over, err
}

// sort is what the law on service calls a paper.
func sortOf(template string) string {
	switch template {
	case "adjudication", "adjudication_ruling", "penalty_decision", "no_penalty_decision":
		return "decision"
	case "mediation_agreement":
		return "mediation"
	}
	return ""
}

// lawful checks a try by the rules of its way, and says on which day it took effect.
func (d *Desk) lawful(tx *store.Tx, f *casework.File, doc *document.Document, s *Service) error {
	var bad errs.Faults
	for name, v := range map[string]string{"receiver": s.Receiver, "relation": s.Relation, "witness": s.Witness, "postal_no": s.PostalNo, "servers": s.Servers} {
		bad.Limit(name, v, 200)
	}
	bad.Limit("address", s.Address, 300)
	bad.Limit("reason", s.Reason, 2000)
	bad.Limit("note", s.Note, 2000)
	bad.Require("servers", s.Servers)
	ownFile(&bad, f, s.Proof)
	past(&bad, "tried_on", s.TriedOn, f.Today)
	if s.TriedOn < doc.IssuedOn && !s.TriedOn.IsZero() {
		bad.Add("tried_on", "error.service.before_paper", doc.IssuedOn)
	}
	if !slices.Contains(f.PartyNames(""), s.Recipient) {
		bad.Add("recipient", "error.choice")
	}
	if !slices.Contains(casework.ServiceWays(), s.Way) || !slices.Contains(Outcomes(), s.State) {
		bad.Add("way", "error.choice")
		return bad.Err()
	}
	at, err := confirmed(tx, f.ID, s.Recipient)
	if err != nil {
		return err
	}
	rules := d.clocks.Rules()
	ways := rules.Services(s.TriedOn, f.Kind, "")
	i := slices.IndexFunc(ways, func(x statute.Service) bool { return x.Way == s.Way })
	switch {
	case i < 0:
		bad.Add("way", "error.way_unknown")
	case slices.Contains(ways[i].NotFor, sortOf(doc.Template)):
		bad.Add("way", "error.service.not_for", ways[i].Cite)
	case s.Way == "electronic" && (at == nil || at.Electronic == ""):
		bad.Add("way", "error.service.consent")
	}
	if s.Way == "left" && sortOf(doc.Template) == "mediation" {
		bad.Add("way", "error.mediation_left")
	}
	if s.State == Returned {
		if s.Way != "post" || at == nil || at.Address != s.Address || !slices.ContainsFunc(ways, func(x statute.Service) bool { return x.Way == "address" }) {
			bad.Add("state", "error.service.returned")
		}
		bad.Require("reason", s.Reason)
		if s.ServedOn.IsZero() { // the day on which the post brought it back, and no other
			bad.Add("served_on", "error.service.returned_on")
		}
		s.State = Done
	} else {
		switch {
		case s.State == Failed:
			s.ServedOn = 0
			bad.Require("reason", s.Reason)
		case s.State == AwaitingProof && s.Way != "post" && s.Way != Entrusted:
			bad.Add("state", "error.service.no_waiting")
		case s.Way == "direct" || s.Way == Entrusted && s.State == Done:
			bad.Require("receiver", s.Receiver)
			bad.Require("relation", s.Relation)
		case s.Way == "left":
			if s.Witness == "" && s.Proof == "" {
				bad.Add("witness", "error.service.witness")
			}
			bad.Require("address", s.Address)
		case s.Way == "public_notice":
			if err := d.byNotice(tx, doc, s, &bad); err != nil {
				return err
			}
		}
		if s.Way == "post" {
			bad.Require("postal_no", s.PostalNo)
			bad.Require("address", s.Address)
		}
	}
	if s.State == AwaitingProof {
		s.ServedOn = 0
	}
	if s.State == Done && s.Way != "public_notice" {
		past(&bad, "served_on", s.ServedOn, f.Today)
		if s.ServedOn < s.TriedOn && !s.ServedOn.IsZero() {
			bad.Add("served_on", "error.service.before_try")
		}
	}
	return bad.Err()
}

// byNotice checks a public notice: nothing else was left, the reasons and a photo of the notice are in the file; it takes effect when its days are over
// (Civil Procedure Law Art. 95).
func (d *Desk) byNotice(tx *store.Tx, doc *document.Document, s *Service, bad *errs.Faults) error {
	var failed int64
	if err := tx.Model(&Service{}).Where("document_id = ? AND recipient = ? AND state = ?", doc.ID, s.Recipient, Failed).Count(&failed).Error; err != nil {
		return err
	}
	if failed == 0 {
		bad.Add("way", "error.service.no_try")
	}
	bad.Require("reason", s.Reason)
	bad.Require("proof", s.Proof)
	r, ok := d.clocks.Rules().Rule("PUBLIC_SERVICE", statute.Query{On: s.TriedOn})
	if !ok {
		return nil
	}
	due, err := d.clocks.Rules().Due(d.clocks.Days(), r, s.TriedOn, statute.Options{})
	if err != nil {
		return err
	}
	s.ServedOn = due.Strict
	return nil
}

// ReceiptFields are what a receipt (送达回证) of a try says.
func ReceiptFields(doc *document.Document, s *Service, way, pages string) casework.Facts {
	f := casework.Facts{"送达文书": "《" + doc.Title + "》（" + doc.Number + "）", "文书页数": pages, "受送达人": s.Recipient, "送达地址": s.Address, "送达方式": way, "送达备注": s.Note}
	if s.Receiver != "" && s.Receiver != s.Recipient {
		f["代收人"] = s.Receiver + "（" + s.Relation + "）"
	}
	if !s.ServedOn.IsZero() {
		f["送达时间"] = s.ServedOn.Han()
	}
	for _, x := range []string{s.Witness, s.PostalNo, s.Reason} {
		if x != "" {
			f["送达备注"] += " " + x
		}
	}
	return f
}

// Receipt begins the receipt of a try as a draft.
func (d *Desk) Receipt(ctx context.Context, by access.Actor, id, serviceID, way, pages string) (x *Draft, err error) {
	err = d.db.Tx(ctx, func(tx *store.Tx) error {
		var s Service
		var doc document.Document
		if err := tx.Where("id = ?", serviceID).Take(&s).Error; err != nil {
			return errs.New(errs.NotFound, "error.not_found").Because(err)
		}
		if err := tx.Where("id = ?", s.DocumentID).Take(&doc).Error; err != nil {
			return err
		}
		x, err = d.startTx(tx, by, s.CaseID, id, "service_receipt", doc.ID, ReceiptFields(&doc, &s, way, pages), "")
		return err
	})
	return x, err
}

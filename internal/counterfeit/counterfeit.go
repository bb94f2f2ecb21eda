// Package counterfeit is the counterfeit-patent case (假冒专利案件): a penalty procedure of the office against a party.
//
// The path is in path.go, how it ends in outcome.go, hearing and review before the decision in hearing.go, acts of investigation in inquiry.go,
// register-and-preserve and sealing in measures.go, handing over to the police in police.go, making it public in publicity.go, the money in fine.go; guards.go is what several steps refuse.
package counterfeit

import (
	"slices"

	"huzhi/internal/casework"
)

// The states between filing and closing.
const (
	Investigated casework.State = "investigated"
	Reviewed     casework.State = "reviewed"
	Decided      casework.State = "decided"
	Served       casework.State = "served"
	Executed     casework.State = "executed"
	HandedOver   casework.State = "handed_over" // to another agency or the police
	Ended        casework.State = "ended"       // nobody is left to be punished, or it goes on in another case
)

// The outcomes that the table asks for by name. Penalised is the one that carries a penalty.
const (
	Penalised      = "penalised"
	NoHarm         = "no_penalty_minor"
	FirstTime      = "no_penalty_first"
	NoFault        = "no_penalty_no_fault"
	StopSale       = "stop_sale_only"
	NotEstablished = "not_established"
	CorrectMark    = "correct_marking_only"
	ToAgency       = "transferred_agency"
	ToPolice       = "transferred_police"
	Stopped        = "investigation_ended"
	Joined         = "joined" // goes on in another case
)

// Limbs are the acts of counterfeiting (Implementing Rules 2010 Art. 84, 2023 Art. 101), and none.
func Limbs() []string {
	return []string{"L1a", "L1b", "L1c", "L2", "L3a", "L3b", "L3c", "L4", "L5", "none"}
}

// working are the states before the decision.
func working() []casework.State { return []casework.State{casework.Filed, Investigated, Reviewed} }

// open are all states before the closing.
func open() []casework.State {
	return append(working(), Decided, Served, Executed, HandedOver, Ended)
}

// Procedure is the table: filed → investigated → reviewed → decided → served → executed, handed over or ended → closed → archived, with the side
// procedures on the states before the closing.
func Procedure() *casework.Procedure { return With(Settings{}) }

// With is the table with what the office has chosen.
func With(set Settings) *casework.Procedure {
	return &casework.Procedure{
		Kind:   casework.Counterfeit,
		Stages: []casework.State{casework.Filed, Investigated, Reviewed, Decided, Served, Executed, casework.Closed, casework.Archived},
		Branch: [][]casework.State{{Executed, HandedOver, Ended}},
		Files:  filing(),
		Steps: slices.Concat(path(set), endings(), beforeDecision(), hearing(), fieldActs(), inquiry(), preservation(), sealing(), police(),
			afterDecision(), collecting()),
		Denied: denied(),
		Faults: []string{Penalised, NoHarm, FirstTime, NoFault, StopSale},
	}
}

// filing is what filing starts, and the reopening of a case anew.
func filing() []casework.Start { return []casework.Start{{Rule: "CF_CLOSE"}} }

// denied are the acts that the law keeps from the office in a penalty case of this kind, each with its article in its sentence.
func denied() []casework.Denied {
	coercion := func(f *casework.File, law casework.Law) bool { return since(law, coercionLaw, f.Today) }
	return []casework.Denied{
		{Act: "confiscate_goods"},                 // Patent Law 2020 Art. 68, 2008 Art. 63: the illegal income only
		{Act: "close_business"},                   // the Patent Law does not name it (Penalty Law 2021 Arts 4, 9)
		{Act: "detain_person"},                    // Penalty Law 2021 Art. 18(3), 1996 Art. 16
		{Act: "award_damages"},                    // Patent Law 2020 Arts 65, 68: civil liability is for the court
		{Act: "freeze_deposits", When: coercion},  // Coercion Law Art. 29
		{Act: "entrust_coercion", When: coercion}, // Art. 17
		{Act: "seal_necessities", When: coercion}, // Art. 23(1)
		{Act: "seal_again", When: coercion},       // Art. 23(2)
	}
}

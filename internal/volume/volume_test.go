package volume

import (
	"os"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/document"
)

// TestPapersStandInTheirSection: the order of the main volume (SAMR Order 2, Art. 78).
func TestPapersStandInTheirSection(t *testing.T) {
	for template, want := range map[string]string{
		"penalty_decision": Decision, "spot_penalty": Decision, "adjudication": Decision, "hearing_right_notice": Served, "service_receipt": Served, "interview_record": Evidence, "scene_record": Evidence,
		"evidence_list": Evidence, "statement_record": Evidence, "hearing_record": Hearing, "oral_hearing_record": Hearing, "hearing_notice": Served, "goods_list": Goods, "release_list": Goods, "seal_decision": Goods,
		"power_of_attorney": Other, "inf_request": Other,
	} {
		if volume, section := placeOf(template); volume != Main || section != want {
			t.Errorf("%s stands in %s, %s; want %s", template, volume, section, want)
		}
	}
}

// TestWhatTheOfficeThoughtStandsInTheSideVolume: every form has its volume, and one that nobody placed is not shown to parties.
func TestWhatTheOfficeThoughtStandsInTheSideVolume(t *testing.T) {
	side := map[string]string{
		"source_record": Source, "no_filing_decision": Source, "filing_approval": Source, "inf_filing_approval": Source, "investigation_report": Investigation, "deliberation_minutes": Review, "discussion_record": Review,
		"hearing_report": Report, "closing_approval": Closure, "inf_closing_approval": Closure,
		"extension_approval": Other, "inquiry_approval": Other, "preserve_approval": Other,
		// of a lead or of listings, and sheets that the binder makes itself
		"lead_receipt": Other, "no_filing_notice": Other, "reporter_notice": Other, "campaign_report": Other, "listing_notice": Other, "listing_receipt": Other,
		"annual_report": Other, // of no case
		"volume_cover":  Other, "volume_index": Other, "volume_remarks": Other,
		"a_form_of_tomorrow": Other,
	}
	files, err := os.ReadDir("../../views/official")
	if err != nil {
		t.Fatal(err)
	}
	f := &casework.File{}
	for id := range side {
		f.Documents = append(f.Documents, document.Document{Template: id})
	}
	for _, x := range files {
		if id, ok := strings.CutSuffix(x.Name(), ".yaml"); ok && side[id] == "" {
			f.Documents = append(f.Documents, document.Document{Template: id})
		}
	}
	inMain, inSide := papersOf(f, Main), papersOf(f, Side)
	if len(inMain)+len(inSide) != len(f.Documents) || len(inSide) != len(side) {
		t.Errorf("%d papers: %d in the main volume, %d in the side volume, want %d", len(f.Documents), len(inMain), len(inSide), len(side))
	}
	for _, p := range inMain {
		if _, secret := side[p.paper.Template]; secret || !slices.Contains(Sections(Main), p.Section) {
			t.Errorf("%s stands in the main volume, in %s", p.paper.Template, p.Section)
		}
	}
	for _, p := range inSide {
		if side[p.paper.Template] != p.Section || !slices.Contains(Sections(Side), p.Section) {
			t.Errorf("%s stands in the side volume, in %q", p.paper.Template, p.Section)
		}
	}
}

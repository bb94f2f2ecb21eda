package app_test

import (
	"context"
	"strings"
	"testing"

	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/internal/store"
)

// shop is a listing of the city's within its special action, with its seller, judged, told to the platform by a notice, and answered; a restricted one is in a
// restricted case. What is of the office as a whole (a special action, an import) names none that is restricted.
func (s *secrets) shop(t *testing.T, tag, item string, restricted bool) (ids []string) {
	t.Helper()
	by, day := s.By["officer"], caseworktest.Day("2026-11-13")
	var n *listing.Notice
	err := s.hand.At("2026-11-13", func(tx *store.Tx) error {
		x, err := s.Listings.AddTx(tx, by, listing.NewListing{Jurisdiction: "330500", Place: "330502", Shop: tag + "旗舰店", Title: tag + "竹席", URL: "https://item.jd.com/" + item + ".html", MarkSeen: tag, SuspectedKind: "infringement", FoundOn: day})
		if err != nil {
			return err
		}
		ids = append(ids, x.ID, *x.SellerID)
		if err := s.Listings.JudgeTx(tx, by, x.ID, 1, "infringing", tag+"相同"); err != nil {
			return err
		}
		if restricted { // before anybody could see it in the special action
			in := listing.OpenInput{Lead: lead.NewLead{Source: "own_patrol", Place: "330502", Title: tag + "案", Facts: tag, Respondent: tag + "公司"},
				Filing: lead.Filing{Title: tag + "案", Place: "330502", Restricted: true, Officers: []string{by.ID, s.By["officer2"].ID}, Reviewer: s.By["reviewer"].ID}}
			of, c, err := s.Listings.OpenCaseTx(tx, s.By["chief"], []string{x.ID}, in)
			if err != nil {
				return err
			}
			ids = append(ids, of.ID, c.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	err = s.hand.At("2026-11-13", func(tx *store.Tx) error {
		var version int64
		if err := tx.Raw("SELECT version FROM listings WHERE id = ?", ids[0]).Scan(&version).Error; err != nil {
			return err
		}
		if err := s.Listings.EnlistTx(tx, by, ids[0], version, s.action); err != nil {
			return err
		}
		if n, err = s.Listings.DraftNoticeTx(tx, by, ids[:1], listing.NoticeInput{Addressee: tag + "平台", Measure: "delete", Reasons: tag}); err != nil {
			return err
		}
		if err := s.Listings.ApproveNoticeTx(tx, s.By["chief"], n.ID, 1); err != nil {
			return err
		}
		return s.Listings.ServeNoticeTx(tx, by, n.ID, 2, listing.NoticeService{On: day, Way: "direct", Receiver: tag})
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err = s.Listings.Notice(ctx, by, n.ID); err != nil {
		t.Fatal(err)
	}
	a, err := s.Listings.TakeAnswer(ctx, by, n.ID, listing.AnswerInput{Name: tag + ".csv"}, strings.NewReader("商品链接,处理结果,处理日期,备注\nhttps://item.jd.com/"+item+".html,删除,2026-11-14,"+tag+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	ids = append(ids, n.ID, *n.PaperID, a.ID)
	if restricted {
		return ids
	}
	x, err := s.Listings.AddCampaign(ctx, by, listing.CampaignInput{Jurisdiction: "330500", Name: tag + "行动", From: day, To: day, Plan: tag})
	if err != nil {
		t.Fatal(err)
	}
	take, err := s.Listings.Paste(ctx, by, listing.TakeInput{Jurisdiction: "330500", Name: tag, Given: listing.Given{Place: "330502", SuspectedKind: "infringement", Source: "own_patrol", FoundOn: day, Shop: tag}}, "https://item.jd.com/9"+item+".html\t"+tag)
	if err != nil {
		t.Fatal(err)
	}
	return append(ids, x.ID, take.ID)
}

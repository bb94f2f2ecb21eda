package web

import (
	"strings"

	"huzhi/internal/listing"
	"huzhi/internal/papers"
	"huzhi/views"
	"huzhi/views/parts"
)

// papersToApprove are the papers and the notices to platforms that others have written and that wait for the person's approval, the oldest first.
func (s *Server) papersToApprove(c *ctx) (views.DeskList, error) {
	drafts, err := s.Papers.ToApprove(c.ctx(), c.by, deskLong)
	l := s.paperList(c, "desk.papers", "desk.papers.next", drafts)
	l.Empty.Text = c.p.T("desk.papers.none.text")
	if err != nil || !s.Guard.CanAnywhere(c.by, "listing.approve") {
		return l, err
	}
	notices, err := s.Listings.Notices(c.ctx(), c.by, listing.NoticeDraft)
	for i := len(notices) - 1; i >= 0; i-- {
		if n := &notices[i]; n.MadeBy != c.by.ID && c.can("listing.approve", n.Jurisdiction) {
			l.Rows = append(l.Rows, s.noticeRow(c, n, "desk.papers.next"))
		}
	}
	return l, err
}

// papersSentBack are the papers and the notices to platforms of the person that were not approved.
func (s *Server) papersSentBack(c *ctx) (views.DeskList, error) {
	drafts, err := s.Papers.List(c.ctx(), c.by, papers.StateReturned, true, deskLong)
	l := s.paperList(c, "desk.papers.back", "desk.papers.mend", drafts)
	if err != nil || !s.Guard.CanAnywhere(c.by, "listing.view") {
		return l, err
	}
	notices, err := s.Listings.Notices(c.ctx(), c.by, listing.NoticeReturned)
	for i := range notices {
		if n := &notices[i]; n.MadeBy == c.by.ID {
			row := s.noticeRow(c, n, "desk.papers.mend")
			row.Next += c.p.T("track.because", firstLine(n.Remark, shortFact))
			l.Rows = append(l.Rows, row)
		}
	}
	return l, err
}

// paperList is a list of drafts, to which notices may be added; next says what the person is to do with them.
func (s *Server) paperList(c *ctx, key, next string, drafts []papers.Waiting) views.DeskList {
	l := views.DeskList{ID: strings.ReplaceAll(key[len("desk."):], ".", "-"), Title: c.p.T(key), More: &parts.Link{Label: c.p.T("parts.search.more"), Href: "/papers"},
		Empty: parts.EmptyState{Icon: "file-text", Title: c.p.T(key + ".none")}}
	for _, d := range drafts {
		l.Rows = append(l.Rows, views.DeskRow{Title: s.formTitle(d.Template), Href: draftPath(d.ID), Sub: d.CaseNumber + " · " + d.AuthorName + " · " + c.p.Time(d.UpdatedAt),
			Confidential: c.confidential(d.Restricted), Next: c.p.T(next)})
	}
	return l
}

func (s *Server) noticeRow(c *ctx, n *listing.Notice, next string) views.DeskRow {
	return views.DeskRow{Title: c.p.T("pnotice.draft_to", n.Addressee), Href: shopNoticePath(n.ID),
		Sub: c.p.T("platform."+n.Platform) + " · " + c.p.N("pnotice.listings", int(n.Rows)) + " · " + n.MadeName + " · " + c.p.Time(n.MadeAt), Next: c.p.T(next)}
}

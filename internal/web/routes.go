package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"huzhi/internal/access"
	"huzhi/internal/errs"
	"huzhi/internal/registry"
	"huzhi/static"
	"huzhi/views/layout"
)

// route is one address of the site.
type route struct {
	method, path string
	action       string // what the person must be allowed, somewhere; "" only in the table of public addresses
	nav, icon    string // its line of the menu: the sentence is nav.<nav>; "" is no line
	duty         string // open to who must do this before anything else (access.DutyPassword …)
	handle       func(*ctx) error
	files        bool  // takes files: the larger limit of size
	most         int64 // with files: the largest, where it is not the site's
	wasm         bool  // a page of the field that runs the marking check: its script policy allows WebAssembly
	api          bool  // for programs: what is wrong is told as JSON, and nobody is sent to another page
}

// routes is every address for people who are signed in. The menu is drawn from it, in this order, for the actions a
// person holds.
func (s *Server) routes() []route {
	return []route{
		{method: "GET", path: "/", action: "desk.view", nav: "desk", icon: "layout-dashboard", handle: s.desk},
		{method: "GET", path: "/cases", action: "case.view", nav: "cases", icon: "folder", handle: s.cases},
		{method: "GET", path: "/cases/reassign", action: "case.assign", handle: s.reassign},
		{method: "POST", path: "/cases/reassign", action: "case.assign", handle: s.reassignDo},
		{method: "GET", path: "/cases/reassign/:id", action: "case.assign", handle: s.reassigned},
		{method: "POST", path: "/cases/reassign/:id", action: "case.assign", handle: s.reassignResume},
		{method: "GET", path: "/cases/:id", action: "case.view", handle: s.oneCase},
		{method: "GET", path: "/cases/:id/assign", action: "case.assign", handle: s.assign},
		{method: "POST", path: "/cases/:id/assign", action: "case.assign", handle: s.assignAll},
		{method: "POST", path: "/cases/:id/handover", action: "case.assign", handle: s.handOver},
		{method: "GET", path: "/cases/:id/split", action: "case.approve", handle: s.split},
		{method: "POST", path: "/cases/:id/split", action: "case.approve", handle: s.splitOff},
		{method: "POST", path: "/cases/:id/links", action: "case.link", handle: s.addLink},
		{method: "GET", path: "/cases/:id/links/:link", action: "case.link", handle: s.link},
		{method: "POST", path: "/cases/:id/links/:link", action: "case.link", handle: s.removeLink},
		{method: "GET", path: "/cases/:id/steps/:step", action: "case.view", handle: s.step},
		{method: "POST", path: "/cases/:id/steps/:step", action: "case.view", handle: s.takeStep},
		{method: "POST", path: "/cases/:id/parties", action: "case.work", handle: s.addParty},
		{method: "POST", path: "/cases/:id/addresses", action: "case.work", handle: s.setAddress},
		{method: "POST", path: "/cases/:id/patents", action: "case.work", handle: s.addPatent},
		{method: "POST", path: "/cases/:id/tasks", action: "task.work", handle: s.addTask},
		{method: "POST", path: "/cases/:id/listings", action: "listing.work", handle: s.addListing},
		{method: "GET", path: "/cases/:id/restrict", action: "case.restrict", handle: s.restrict},
		{method: "POST", path: "/cases/:id/restrict", action: "case.restrict", handle: s.setRestricted},
		{method: "POST", path: "/cases/:id/files", action: "case.attach", files: true, handle: s.attach},
		{method: "GET", path: "/cases/:id/files/:file", action: "case.view", handle: s.file},
		{method: "POST", path: "/cases/:id/clocks/:clock/repin", action: "case.repin", handle: s.repin},
		{method: "GET", path: "/cases/:id/clocks/:clock", action: "case.view", handle: s.caseClock},
		{method: "GET", path: "/cases/:id/money", action: "case.view", handle: s.money},
		{method: "POST", path: "/cases/:id/payments", action: "case.work", handle: s.pay},
		{method: "POST", path: "/cases/:id/payments/:payment/void", action: "case.work", handle: s.voidPayment},
		{method: "GET", path: "/documents/:id", action: "case.view", handle: s.document},
		{method: "GET", path: "/cases/:id/papers", action: "case.view", handle: s.casePapers},
		{method: "POST", path: "/cases/:id/papers", action: "case.work", handle: s.paperStart},
		{method: "POST", path: "/cases/:id/papers/void", action: "case.approve", handle: s.paperVoid},
		{method: "GET", path: "/cases/:id/data", action: "case.view", handle: s.caseData},
		{method: "POST", path: "/cases/:id/data", action: "case.work", handle: s.caseDataSave},
		{method: "POST", path: "/cases/:id/flags", action: "case.work", handle: s.caseFlagsSave},
		{method: "GET", path: "/cases/:id/services", action: "case.view", handle: s.services},
		{method: "POST", path: "/cases/:id/services", action: "case.work", handle: s.serviceAdd},
		{method: "POST", path: "/cases/:id/services/:service/settle", action: "case.work", handle: s.serviceSettle},
		{method: "POST", path: "/cases/:id/services/:service/receipt", action: "case.work", handle: s.serviceReceipt},
		{method: "POST", path: "/cases/:id/service-address", action: "case.work", handle: s.serviceAddress},
		{method: "GET", path: "/cases/:id/publicity", action: "case.view", handle: s.publicity},
		{method: "POST", path: "/cases/:id/publicity", action: "case.work", handle: s.publicityPublish},
		{method: "POST", path: "/cases/:id/publicity/:publication/withdraw", action: "case.work", handle: s.publicityWithdraw},
		{method: "GET", path: "/papers", action: "case.view", nav: "papers", icon: "file-text", handle: s.papersWaiting},
		{method: "GET", path: "/papers/drafts/:id", action: "case.view", handle: s.draft},
		{method: "GET", path: "/papers/drafts/:id/file", action: "case.view", handle: s.draftFile},
		{method: "POST", path: "/papers/drafts/:id/preview", action: "case.work", handle: s.draftPreview},
		{method: "POST", path: "/papers/drafts/:id/save", action: "case.work", handle: s.draftAct("save")},
		{method: "POST", path: "/papers/drafts/:id/submit", action: "case.work", handle: s.draftAct("submit")},
		{method: "POST", path: "/papers/drafts/:id/drop", action: "case.work", handle: s.draftAct("drop")},
		{method: "POST", path: "/papers/drafts/:id/approve", action: "case.approve", handle: s.draftAct("approve")},
		{method: "POST", path: "/papers/drafts/:id/return", action: "case.approve", handle: s.draftAct("return")},
		{method: "GET", path: "/papers/batch", action: "case.work", handle: s.batchNew},
		{method: "POST", path: "/papers/batch", action: "case.work", handle: s.batchAdd},
		{method: "GET", path: "/papers/batch/:id", action: "case.work", handle: s.batch},
		{method: "POST", path: "/papers/batch/:id/run", action: "case.work", handle: s.batchRun},
		{method: "GET", path: "/due", action: "due.view", nav: "due", icon: "calendar-due", handle: s.due},
		{method: "GET", path: "/tasks", action: "task.work", nav: "tasks", icon: "checklist", handle: s.tasks},
		{method: "GET", path: "/tasks/:id", action: "task.work", handle: s.oneTask},
		{method: "POST", path: "/tasks/:id/change", action: "task.work", handle: s.changeTask},
		{method: "POST", path: "/tasks/:id/done", action: "task.work", handle: s.finishTask},
		{method: "POST", path: "/tasks/:id/cancel", action: "task.work", handle: s.cancelTask},
		{method: "POST", path: "/tasks/:id/reopen", action: "task.work", handle: s.reopenTask},
		{method: "GET", path: "/warnings", action: "warning.view", handle: s.warnings},
		{method: "POST", path: "/warnings/seen", action: "warning.view", handle: s.seeWarnings},
		{method: "GET", path: "/calendar", action: "calendar.view", nav: "calendar", icon: "calendar", handle: s.calendarPage},
		{method: "GET", path: "/calendar/new", action: "calendar.propose", handle: s.noticeForm},
		{method: "POST", path: "/calendar/notices", action: "calendar.propose", files: true, handle: s.noticeAdd},
		{method: "GET", path: "/calendar/notices/:id", action: "calendar.view", handle: s.notice},
		{method: "POST", path: "/calendar/notices/:id/approve", action: "calendar.approve", handle: s.noticeApprove},
		{method: "POST", path: "/calendar/notices/:id/reject", action: "calendar.approve", handle: s.noticeReject},
		{method: "POST", path: "/calendar/notices/:id/withdraw", action: "calendar.propose", handle: s.noticeWithdraw},
		{method: "POST", path: "/calendar/notices/:id/undo", action: "calendar.propose", handle: s.noticeUndo},
		{method: "GET", path: "/search", action: "search.use", handle: s.search},
		{method: "GET", path: "/hotline", action: "call.view", nav: "hotline", icon: "headset", handle: s.calls},
		{method: "GET", path: "/hotline/new", action: "call.log", handle: s.callNew},
		{method: "POST", path: "/hotline", action: "call.log", handle: s.callLog},
		{method: "POST", path: "/hotline/form", action: "call.log", handle: s.callAgain},
		{method: "POST", path: "/hotline/beside", action: "call.log", handle: s.callBeside},
		{method: "POST", path: "/hotline/shelf", action: "call.log", handle: s.callShelf},
		{method: "GET", path: ringingPath, action: "call.log", handle: s.ringing},
		{method: "POST", path: "/hotline/drafts/:id", action: "call.log", handle: s.draftSave},
		{method: "POST", path: "/hotline/drafts/:id/drop", action: "call.log", handle: s.draftDrop},
		{method: "GET", path: "/hotline/callbacks", action: "call.view", handle: s.callbacks},
		{method: "GET", path: "/hotline/callbacks/new", action: "call.log", handle: s.callbackNew},
		{method: "POST", path: "/hotline/callbacks", action: "call.log", handle: s.callbackAdd},
		{method: "GET", path: "/hotline/callbacks/:id", action: "call.view", handle: s.callback},
		{method: "POST", path: "/hotline/callbacks/:id/contact", action: "call.log", handle: s.callbackContact},
		{method: "POST", path: "/hotline/callbacks/:id/try", action: "call.log", handle: s.callbackTry},
		{method: "GET", path: "/hotline/referrals", action: "call.view", handle: s.referrals},
		{method: "POST", path: "/hotline/referrals/:id", action: "call.log", handle: s.referralFollow},
		{method: "GET", path: "/hotline/figures", action: "call.supervise", handle: s.deskFigures},
		{method: "GET", path: "/hotline/:id", action: "call.view", handle: s.call},
		{method: "POST", path: "/hotline/:id/refer", action: "call.log", handle: s.callRefer},
		{method: "POST", path: "/hotline/:id/promise", action: "call.log", handle: s.callPromise},
		{method: "POST", path: "/hotline/:id/feedback", action: "call.log", handle: s.callFeedback},
		{method: "GET", path: "/hotline/:id/clocks/:clock", action: "call.view", handle: s.callProof},
		{method: "POST", path: "/hotline/:id/answer", action: "call.log", handle: s.callAnswer},
		{method: "POST", path: "/hotline/:id/lead", action: "lead.make", handle: s.callLead},
		{method: "GET", path: "/receipts", action: "call.view", handle: s.receipts},
		{method: "GET", path: "/hotline/:id/receipt", action: "call.view", handle: s.receipt},
		{method: "POST", path: "/hotline/:id/receipt/code", action: "call.log", handle: s.receiptCode},
		{method: "POST", path: "/hotline/:id/receipt/sent", action: "call.log", handle: s.receiptSent},
		{method: "POST", path: "/hotline/:id/receipt/take", action: "call.log", handle: s.receiptTake},
		{method: "POST", path: "/hotline/:id/receipt/write", action: "call.log", handle: s.receiptWrite},
		{method: "GET", path: "/hotline/:id/messages/:message", action: "call.view", handle: s.callFile},
		{method: "POST", path: "/hotline/:id/contact", action: "call.log", handle: s.callContact},
		{method: "GET", path: "/knowledge", action: "knowledge.view", nav: "knowledge", icon: "message-question", handle: s.knowledge},
		{method: "GET", path: "/knowledge/new", action: "knowledge.edit", handle: s.articleNew},
		{method: "POST", path: "/knowledge", action: "knowledge.edit", handle: s.articleSave},
		{method: "POST", path: "/knowledge/gaps/:id", action: "knowledge.edit", handle: s.gapSettle},
		{method: "GET", path: "/knowledge/:id", action: "knowledge.view", handle: s.article},
		{method: "GET", path: "/knowledge/:id/edit", action: "knowledge.edit", handle: s.articleEdit},
		{method: "POST", path: "/knowledge/:id", action: "knowledge.edit", handle: s.articleSave},
		{method: "POST", path: "/knowledge/:id/withdraw", action: "knowledge.edit", handle: s.articleWithdraw},
		{method: "GET", path: "/leads", action: "lead.view", nav: "leads", icon: "inbox", handle: s.leads},
		{method: "GET", path: "/leads/new", action: "lead.add", handle: s.leadNew},
		{method: "POST", path: "/leads", action: "lead.add", handle: s.leadAdd},
		{method: "GET", path: "/leads/:id", action: "lead.view", handle: s.lead},
		{method: "POST", path: "/leads/:id/write", action: "lead.verify", handle: s.leadWrite},
		{method: "GET", path: "/leads/:id/messages/:message", action: "lead.view", handle: s.leadMessageFile},
		{method: "GET", path: "/leads/:id/clocks/:clock", action: "lead.view", handle: s.leadProof},
		{method: "GET", path: "/leads/:id/papers/:paper", action: "lead.view", handle: s.leadPaper},
		{method: "POST", path: "/leads/:id/verify", action: "lead.verify", handle: s.leadVerify},
		{method: "POST", path: "/leads/:id/acts/:act", action: "lead.view", handle: s.leadDo},
		{method: "GET", path: "/leads/:id/file", action: "lead.file", handle: s.leadFiling},
		{method: "POST", path: "/leads/:id/file", action: "lead.file", handle: s.leadFile},
		{method: "POST", path: "/leads/:id/refuse", action: "lead.refuse", handle: s.leadRefuse},
		{method: "POST", path: "/leads/:id/transfer", action: "lead.transfer", handle: s.leadTransfer},
		{method: "GET", path: "/disclosures", action: "identity.view", nav: "disclosures", icon: "shield-lock", handle: s.disclosures},
		{method: "GET", path: "/disclosures/new", action: "identity.ask", handle: s.disclosureNew},
		{method: "POST", path: "/disclosures", action: "identity.ask", handle: s.disclosureAsk},
		{method: "GET", path: "/disclosures/:id", action: "identity.view", handle: s.disclosure},
		{method: "POST", path: "/disclosures/:id/decide", action: "identity.grant", handle: s.disclosureDecide},
		{method: "POST", path: "/disclosures/:id/withdraw", action: "identity.ask", handle: s.disclosureWithdraw},
		{method: "POST", path: "/disclosures/:id/look", action: "identity.ask", handle: s.disclosureLook},
		{method: "GET", path: "/identities", action: "identity.review", handle: s.identities},
		{method: "POST", path: "/identities/keep", action: "identity.review", handle: s.identityKeep},
		{method: "POST", path: "/identities/erase", action: "identity.review", handle: s.identityErase},
		{method: "GET", path: "/listings", action: "listing.view", nav: "listings", icon: "shopping-cart", handle: s.listings},
		{method: "GET", path: "/listings/new", action: "listing.work", handle: s.listingNew},
		{method: "POST", path: "/listings", action: "listing.work", handle: s.listingAdd},
		{method: "GET", path: "/listings/lead", action: "lead.add", handle: s.listingsLead},
		{method: "POST", path: "/listings/lead", action: "lead.add", handle: s.listingsMakeLead},
		{method: "POST", path: "/listings/bulk", action: "listing.view", handle: s.listingsBulk},
		{method: "GET", path: "/listings/act", action: "listing.work", handle: s.listingsActPage},
		{method: "POST", path: "/listings/act", action: "listing.work", handle: s.listingsAct},
		{method: "GET", path: "/listings/receipt", action: "listing.work", handle: s.proofPage},
		{method: "POST", path: "/listings/receipt", action: "listing.work", handle: s.proofIssue},
		{method: "GET", path: "/listings/papers/:id", action: "listing.view", handle: s.listingPaper},
		{method: "GET", path: "/listings/captures", action: "listing.work", handle: s.dropPage},
		{method: "POST", path: "/listings/captures", action: "listing.work", files: true, most: 200 << 20, handle: s.drop},
		{method: "GET", path: "/listings/takes", action: "listing.view", handle: s.takes},
		{method: "GET", path: "/listings/takes/new", action: "listing.work", handle: s.takeNew},
		{method: "POST", path: "/listings/takes", action: "listing.work", files: true, handle: s.takeAdd},
		{method: "GET", path: "/listings/takes/:id", action: "listing.view", handle: s.take},
		{method: "POST", path: "/listings/takes/:id/read", action: "listing.work", handle: s.takeAct("read", s.takeRead)},
		{method: "POST", path: "/listings/takes/:id/apply", action: "listing.work", handle: s.takeAct("apply", s.takeApply)},
		{method: "POST", path: "/listings/takes/:id/undo", action: "listing.work", handle: s.takeAct("undo", s.takeUndo)},
		{method: "POST", path: "/listings/takes/:id/drop", action: "listing.work", handle: s.takeAct("drop", s.takeDrop)},
		{method: "GET", path: "/listings/screenings", action: "listing.view", handle: s.screenings},
		{method: "POST", path: "/listings/screenings", action: "listing.work", handle: s.screenAdd},
		{method: "GET", path: "/listings/screenings/:id", action: "listing.view", handle: s.screening},
		{method: "POST", path: "/listings/screenings/:id/decide", action: "listing.work", handle: s.screenDecide},
		{method: "GET", path: "/listings/figures", action: "listing.view", handle: s.shopFigures},
		{method: "GET", path: "/listings/case", action: "lead.add", handle: s.openCasePage},
		{method: "POST", path: "/listings/case", action: "lead.add", handle: s.openCase},
		{method: "GET", path: "/listings/notices", action: "listing.view", handle: s.shopNotices},
		{method: "GET", path: "/listings/notices/new", action: "listing.work", handle: s.shopNoticeNew},
		{method: "POST", path: "/listings/notices", action: "listing.work", handle: s.shopNoticeAdd},
		{method: "GET", path: "/listings/notices/:id", action: "listing.view", handle: s.shopNotice},
		{method: "GET", path: "/listings/notices/:id/table", action: "listing.view", handle: s.shopNoticeTableFile},
		{method: "POST", path: "/listings/notices/:id/approve", action: "listing.approve", handle: s.shopNoticeAct("approve", s.shopNoticeApprove)},
		{method: "POST", path: "/listings/notices/:id/return", action: "listing.approve", handle: s.shopNoticeAct("return", s.shopNoticeReturn)},
		{method: "POST", path: "/listings/notices/:id/drop", action: "listing.work", handle: s.shopNoticeAct("drop", s.shopNoticeDrop)},
		{method: "POST", path: "/listings/notices/:id/serve", action: "listing.work", handle: s.shopNoticeAct("serve", s.shopNoticeServe)},
		{method: "POST", path: "/listings/notices/:id/answers", action: "listing.work", files: true, handle: s.shopAnswerAdd},
		{method: "GET", path: "/listings/answers/:id", action: "listing.view", handle: s.shopAnswer},
		{method: "POST", path: "/listings/answers/:id/read", action: "listing.work", handle: s.shopAnswerAct("read", s.shopAnswerRead)},
		{method: "POST", path: "/listings/answers/:id/apply", action: "listing.work", handle: s.shopAnswerAct("apply", s.shopAnswerApply)},
		{method: "POST", path: "/listings/answers/:id/undo", action: "listing.work", handle: s.shopAnswerAct("undo", s.shopAnswerUndo)},
		{method: "POST", path: "/listings/answers/:id/drop", action: "listing.work", handle: s.shopAnswerAct("drop", s.shopAnswerDrop)},
		{method: "GET", path: "/listings/export", action: "listing.view", handle: s.listingsExport},
		{method: "GET", path: "/campaigns", action: "listing.view", handle: s.campaigns},
		{method: "GET", path: "/campaigns/new", action: "listing.work", handle: s.campaignNew},
		{method: "POST", path: "/campaigns", action: "listing.work", handle: s.campaignAdd},
		{method: "GET", path: "/campaigns/enlist", action: "listing.work", handle: s.enlistPage},
		{method: "POST", path: "/campaigns/enlist", action: "listing.work", handle: s.enlist},
		{method: "GET", path: "/campaigns/:id", action: "listing.view", handle: s.campaign},
		{method: "GET", path: "/campaigns/:id/report", action: "listing.view", handle: s.campaignReport},
		{method: "POST", path: "/campaigns/:id/edit", action: "listing.work", handle: s.campaignAct("edit", s.campaignEdit)},
		{method: "POST", path: "/campaigns/:id/close", action: "listing.approve", handle: s.campaignAct("close", s.campaignClose)},
		{method: "GET", path: "/sellers", action: "listing.view", nav: "sellers", icon: "building-store", handle: s.sellers},
		{method: "GET", path: "/sellers/:id", action: "listing.view", handle: s.seller},
		{method: "POST", path: "/sellers/:id/edit", action: "listing.work", handle: s.sellerAct("edit", s.sellerEdit)},
		{method: "POST", path: "/sellers/:id/merge", action: "listing.work", handle: s.sellerAct("merge", s.sellerMerge)},
		{method: "POST", path: "/sellers/:id/unmerge", action: "listing.work", handle: s.sellerAct("unmerge", s.sellerUnmerge)},
		{method: "GET", path: "/listings/:id", action: "listing.view", handle: s.listing},
		{method: "GET", path: "/listings/:id/amend", action: "listing.work", handle: s.listingAmendPage},
		{method: "POST", path: "/listings/:id/amend", action: "listing.work", handle: s.listingAmend},
		{method: "POST", path: "/listings/:id/steps/:step", action: "listing.work", handle: s.listingStep},
		{method: "POST", path: "/listings/:id/capture", action: "listing.work", files: true, handle: s.listingCapture},
		{method: "GET", path: "/listings/:id/files/:sha", action: "listing.view", handle: s.listingFile},
		{method: "POST", path: "/listings/:id/judge", action: "listing.work", handle: s.listingJudge},
		{method: "POST", path: "/listings/:id/result", action: "listing.work", handle: s.listingResult},
		{method: "GET", path: "/visits", action: "visit.view", nav: "visits", icon: "map-pin", handle: s.visits},
		{method: "GET", path: "/visits/board", action: "visit.view", handle: s.visitBoard},
		{method: "GET", path: "/visits/plan", action: "visit.plan", handle: s.visitPlan},
		{method: "POST", path: "/visits/plan", action: "visit.plan", handle: s.visitPlanAdd},
		{method: "GET", path: "/visits/new", action: "visit.work", handle: s.visitNew},
		{method: "POST", path: "/visits", action: "visit.work", handle: s.visitAdd},
		{method: "GET", path: "/visits/:id", action: "visit.view", handle: s.visit},
		{method: "POST", path: "/visits/:id/drop", action: "visit.plan", handle: s.visitDrop},
		{method: "POST", path: "/visits/:id/edit/:what", action: "visit.work", files: true, handle: s.visitEdit},
		{method: "POST", path: "/visits/:id/versions/:seq", action: "visit.work", handle: s.visitSettle},
		{method: "POST", path: "/visits/:id/findings/:finding/review", action: "visit.work", handle: s.visitReview},
		{method: "POST", path: "/visits/:id/parties/:party/lead", action: "visit.work", handle: s.visitLead},
		{method: "GET", path: "/visits/:id/papers/:paper", action: "visit.view", handle: s.visitPaper},
		{method: "GET", path: "/visits/:id/evidence/:sha", action: "visit.view", handle: s.visitEvidence},
		{method: "GET", path: "/field", action: "visit.work", handle: s.field},
		{method: "GET", path: "/api/field/key", action: "visit.work", api: true, handle: s.fieldKey},
		{method: "GET", path: "/api/field/pack", action: "visit.work", api: true, handle: s.fieldPack},
		{method: "POST", path: "/api/field/blobs/:sha256", action: "visit.work", api: true, files: true, handle: s.fieldBlob},
		{method: "POST", path: "/api/field/visits/:id", action: "visit.work", api: true, handle: s.fieldVisit},
		{method: "GET", path: "/goods", action: "evidence.view", nav: "goods", icon: "package", handle: s.goods},
		{method: "GET", path: "/cases/:id/evidence", action: "evidence.view", handle: s.evidenceOf("case")},
		{method: "POST", path: "/cases/:id/evidence", action: "evidence.work", files: true, most: s.evidenceMost(), handle: s.evidenceAdd("case")},
		{method: "GET", path: "/cases/:id/bundle", action: "case.export", handle: s.bundlePage},
		{method: "POST", path: "/cases/:id/bundle", action: "case.export", handle: s.bundleMake},
		{method: "GET", path: "/cases/:id/volume", action: "volume.view", handle: s.volumes},
		{method: "GET", path: "/cases/:id/volume/:which", action: "volume.view", handle: s.volumeFile},
		{method: "POST", path: "/cases/:id/volume/place", action: "volume.lend", handle: s.volumeDo("place")},
		{method: "POST", path: "/cases/:id/volume/lend", action: "volume.lend", handle: s.volumeDo("lend")},
		{method: "POST", path: "/cases/:id/volume/back", action: "volume.lend", handle: s.volumeDo("back")},
		{method: "GET", path: "/cases/:id/review", action: "review.view", handle: s.fileReview},
		{method: "POST", path: "/cases/:id/review", action: "review.view", handle: s.fileReviewKeep},
		{method: "GET", path: "/reviews", action: "review.list", nav: "reviews", icon: "clipboard-check", handle: s.worstFiles},
		{method: "POST", path: "/reviews", action: "review.list", handle: s.reviewBatch},
		{method: "GET", path: "/leads/:id/evidence", action: "evidence.view", handle: s.evidenceOf("lead")},
		{method: "POST", path: "/leads/:id/evidence", action: "evidence.work", files: true, most: s.evidenceMost(), handle: s.evidenceAdd("lead")},
		{method: "GET", path: "/visits/:id/evidence", action: "evidence.view", handle: s.evidenceOf("visit")},
		{method: "POST", path: "/visits/:id/evidence", action: "evidence.work", files: true, most: s.evidenceMost(), handle: s.evidenceAdd("visit")},
		{method: "GET", path: "/evidence/alarms", action: "evidence.alarm", handle: s.evidenceAlarms},
		{method: "GET", path: "/evidence/:id", action: "evidence.view", handle: s.evidenceItem},
		{method: "POST", path: "/evidence/:id/custody", action: "evidence.view", files: true, handle: s.evidenceWrite},
		{method: "POST", path: "/evidence/:id/copies", action: "evidence.work", files: true, most: s.evidenceMost(), handle: s.evidenceCopy},
		{method: "GET", path: "/evidence/:id/copies/:copy", action: "evidence.view", handle: s.evidenceCopyFile},
		{method: "GET", path: "/evidence/:id/file", action: "evidence.view", handle: s.evidenceFile},
		{method: "GET", path: "/evidence/:id/records/:seq", action: "evidence.view", handle: s.evidenceRecord},
		{method: "GET", path: "/evidence/:id/label", action: "evidence.view", handle: s.evidenceLabel},
		{method: "OPTIONS", path: "/uploads", action: "evidence.work", api: true, handle: s.uploadOptions},
		{method: "POST", path: "/uploads", action: "evidence.work", api: true, handle: s.uploadBegin},
		{method: "HEAD", path: "/uploads/:id", action: "evidence.work", api: true, handle: s.uploadAt},
		{method: "PATCH", path: "/uploads/:id", action: "evidence.work", api: true, files: true, most: s.evidenceMost(), handle: s.uploadAppend},
		{method: "DELETE", path: "/uploads/:id", action: "evidence.work", api: true, handle: s.uploadDrop},
		{method: "GET", path: "/checks", action: "mark.view", nav: "checks", icon: "zoom-check", handle: s.checks},
		{method: "GET", path: "/checks/new", action: "mark.check", handle: s.checkNew},
		{method: "POST", path: "/checks", action: "mark.check", handle: s.checkAdd},
		{method: "GET", path: "/checks/:id", action: "mark.view", handle: s.oneCheck},
		{method: "POST", path: "/checks/:id/decide", action: "mark.check", handle: s.checkAct("decide", s.checkDecide)},
		{method: "POST", path: "/checks/:id/review", action: "mark.check", handle: s.checkAct("review", s.checkReview)},
		{method: "GET", path: "/register", action: "register.view", nav: "register", icon: "certificate", handle: s.register},
		{method: "GET", path: "/register/patents/:key", action: "register.view", handle: s.patentPage},
		{method: "GET", path: "/register/imports", action: "register.import", handle: s.patentImports},
		{method: "GET", path: "/register/imports/new", action: "register.import", handle: s.patentImportNew},
		{method: "POST", path: "/register/imports", action: "register.import", files: true, most: registry.MostBytes, handle: s.patentImportAdd},
		{method: "GET", path: "/register/imports/:id", action: "register.import", handle: s.patentImport},
		{method: "POST", path: "/register/imports/:id/read", action: "register.import", handle: s.importAct("read", s.importRead)},
		{method: "POST", path: "/register/imports/:id/apply", action: "register.import", handle: s.importAct("apply", s.importApply)},
		{method: "POST", path: "/register/imports/:id/undo", action: "register.import", handle: s.importAct("undo", s.importUndo)},
		{method: "POST", path: "/register/imports/:id/drop", action: "register.import", handle: s.importAct("drop", s.importDrop)},
		{method: "GET", path: "/dashboard", action: "dashboard.view", nav: "dashboard", icon: "chart-line", handle: s.dashboard},
		{method: "GET", path: "/dashboard.xlsx", action: "dashboard.view", handle: s.dashboardFile},
		{method: "GET", path: "/statistics", action: "statistics.view", nav: "statistics", icon: "chart-bar", handle: s.statistics},
		{method: "GET", path: "/statistics/meaning", action: "statistics.view", handle: s.meaning},
		{method: "GET", path: "/statistics/scorecard", action: "statistics.view", handle: s.scorecard},
		{method: "GET", path: "/statistics/scorecard/:item", action: "statistics.view", handle: s.scoreItem},
		{method: "POST", path: "/statistics/standings", action: "standing.note", handle: s.standingAdd},
		{method: "POST", path: "/statistics/standings/remove", action: "standing.note", handle: s.standingRemove},
		{method: "GET", path: "/statistics/scorecard.xlsx", action: "statistics.view", handle: s.scoreFile},
		{method: "GET", path: "/statistics/tables", action: "statistics.view", handle: s.ministry},
		{method: "GET", path: "/statistics/table.xlsx", action: "statistics.view", handle: s.statutoryFile},
		{method: "GET", path: "/statistics/periods", action: "statistics.view", handle: s.periods},
		{method: "POST", path: "/statistics/periods", action: "period.freeze", handle: s.periodFreeze},
		{method: "GET", path: "/statistics/periods/:id", action: "statistics.view", handle: s.period},
		{method: "GET", path: "/statistics/periods/:id/:figure", action: "statistics.view", handle: s.frozenFigure},
		{method: "GET", path: "/statistics/reports", action: "report.edit", handle: s.reports},
		{method: "POST", path: "/statistics/reports", action: "report.edit", handle: s.reportWrite},
		{method: "GET", path: "/statistics/reports/:id", action: "report.edit", handle: s.oneReport},
		{method: "GET", path: "/statistics/reports/:id/paper", action: "report.edit", handle: s.reportPaper},
		{method: "POST", path: "/statistics/reports/:id/edit", action: "report.edit", handle: s.reportAct("edit")},
		{method: "POST", path: "/statistics/reports/:id/drop", action: "report.edit", handle: s.reportAct("drop")},
		{method: "POST", path: "/statistics/reports/:id/issue", action: "report.issue", handle: s.reportAct("issue")},
		{method: "GET", path: "/report/:year", action: "report.view", handle: s.annualReport},
		{method: "GET", path: "/rules", action: "rule.view", nav: "rules", icon: "scale", handle: s.rules},
		{method: "GET", path: "/rules/:id", action: "rule.view", handle: s.oneRule},
		{method: "GET", path: "/admin/users", action: "user.view", nav: "users", icon: "users", handle: s.users},
		{method: "GET", path: "/admin/users/new", action: "user.manage", handle: s.userNew},
		{method: "POST", path: "/admin/users", action: "user.manage", handle: s.userAdd},
		{method: "GET", path: "/admin/users/:id", action: "user.view", handle: s.user},
		{method: "POST", path: "/admin/users/:id/data", action: "user.manage", handle: s.userEdit},
		{method: "POST", path: "/admin/users/:id/give", action: "user.manage", handle: s.userGive},
		{method: "POST", path: "/admin/users/:id/end", action: "user.manage", handle: s.userEnd},
		{method: "POST", path: "/admin/users/:id/certificate", action: "user.manage", handle: s.userCertificate},
		{method: "POST", path: "/admin/users/:id/disable", action: "user.manage", handle: s.userDisable},
		{method: "POST", path: "/admin/users/:id/enable", action: "user.manage", handle: s.userEnable},
		{method: "POST", path: "/admin/users/:id/password", action: "user.manage", handle: s.userPassword},
		{method: "POST", path: "/admin/users/:id/factor", action: "user.manage", handle: s.userFactor},
		{method: "POST", path: "/admin/users/:id/sessions", action: "user.manage", handle: s.userSessions},
		{method: "GET", path: "/admin/forms", action: "form.manage", nav: "own_forms", icon: "file-text", handle: s.ownForms},
		{method: "POST", path: "/admin/forms", action: "form.manage", files: true, handle: s.ownFormAdd},
		{method: "GET", path: "/admin/forms/:id", action: "form.manage", handle: s.ownFormFile},
		{method: "POST", path: "/admin/forms/:id/withdraw", action: "form.manage", handle: s.ownFormWithdraw},
		{method: "GET", path: "/admin/hotline", action: "channel.configure", nav: "desk_settings", icon: "settings", handle: s.deskSettings},
		{method: "POST", path: "/admin/hotline/channels", action: "channel.configure", handle: s.channelSave},
		{method: "POST", path: "/admin/hotline/routes", action: "channel.configure", handle: s.routeSave},
		{method: "GET", path: "/audit", action: "audit.view", nav: "audit", icon: "shield-check", handle: s.audit},
		{method: "POST", path: "/audit/verify", action: "audit.view", handle: s.auditVerify},
		{method: "GET", path: "/audit/export", action: "audit.view", handle: s.auditExport},
		{method: "GET", path: "/audit/refusals", action: "audit.view", handle: s.auditRefusals},
		{method: "GET", path: "/audit/cases/:id", action: "audit.view", handle: s.auditCase},
		{method: "GET", path: "/audit/people/:id", action: "audit.view", handle: s.auditPerson},
		{method: "GET", path: "/audit/heads", action: "audit.view", handle: s.heads},
		{method: "POST", path: "/audit/heads", action: "audit.view", handle: s.headSign},
		{method: "GET", path: "/audit/heads/:size", action: "audit.view", handle: s.headFile},
		{method: "GET", path: "/audit/heads/:size/stamp", action: "audit.view", handle: s.headStamp},
		{method: "GET", path: "/audit/:seq", action: "audit.view", handle: s.auditEntry},
		{method: "GET", path: "/audit/:seq/proof", action: "audit.view", handle: s.auditProof},
		{method: "GET", path: "/account", action: "account.use", handle: s.account},
		{method: "GET", path: "/account/password", action: "account.use", duty: access.DutyPassword, handle: s.passwordPage},
		{method: "POST", path: "/account/password", action: "account.use", duty: access.DutyPassword, handle: s.accountPassword},
		{method: "GET", path: "/account/factor", action: "account.use", duty: access.DutyFactor, handle: s.factorPage},
		{method: "POST", path: "/account/factor", action: "account.use", duty: access.DutyFactor, handle: s.factorSetUp},
		{method: "POST", path: "/account/factor/codes", action: "account.use", handle: s.factorCodes},
		{method: "POST", path: "/account/factor/remove", action: "account.use", handle: s.factorRemove},
		{method: "POST", path: "/account/sessions", action: "account.use", handle: s.accountSessions},
		{method: "POST", path: "/account/email", action: "account.use", handle: s.accountEmail},
	}
}

// public is every address that needs no sign-in.
func (s *Server) public() []route {
	return []route{
		{method: "GET", path: "/login", handle: s.login},
		{method: "POST", path: "/login", handle: s.loginPost},
		{method: "GET", path: "/login/code", handle: s.code},
		{method: "POST", path: "/login/code", handle: s.codePost},
		{method: "POST", path: "/logout", handle: s.logout},
		{method: "POST", path: "/preferences", handle: s.preferences},
		{method: "GET", path: "/progress", handle: s.progress},
		{method: "POST", path: "/progress", handle: s.progressAsk},
		{method: "POST", path: "/progress/add", files: true, handle: s.progressAdd},
		{method: "GET", path: "/publicity", handle: s.publicList},
		{method: "GET", path: "/publicity/feed.xml", handle: s.publicRSS},
		{method: "GET", path: "/publicity/feed.json", handle: s.publicJSON},
		{method: "GET", path: "/publicity/:id", handle: s.publicOne},
		{method: "GET", path: "/healthz", handle: s.healthz},
		{method: "GET", path: "/readyz", handle: s.readyz},
		{method: "GET", path: "/metrics", handle: s.metrics},
		{method: "GET", path: "/field/sw.js", handle: s.fieldWorker},
		{method: "POST", path: "/api/cti/calls", handle: s.phoneEvent},
		{method: "GET", path: static.Prefix + "*", handle: func(c *ctx) error {
			s.Assets.Handler().ServeHTTP(c.Response(), c.Request())
			return nil
		}},
	}
}

// add registers a route; a GET answers HEAD too.
func (s *Server) add(r route) error {
	if r.action == "" && !slices.ContainsFunc(s.public(), func(p route) bool { return p.method == r.method && p.path == r.path }) {
		return fmt.Errorf("web: %s %s names no action", r.method, r.path)
	}
	if r.action != "" && !slices.Contains(s.Guard.Actions(), r.action) {
		return fmt.Errorf("web: %s %s: no role may %s", r.method, r.path, r.action)
	}
	h := func(ec echo.Context) error {
		c, ok := ec.(*ctx)
		if !ok {
			return fmt.Errorf("web: a %T is not ours", ec)
		}
		c.route = r
		if r.wasm {
			c.Response().Header().Set("Content-Security-Policy", scriptPolicy("'self' 'wasm-unsafe-eval'"))
		}
		for _, v := range c.ParamValues() { // echo gives the rest of the path to a last parameter
			if strings.Contains(v, "/") && !strings.HasSuffix(r.path, "*") {
				return errs.New(errs.NotFound, "error.page")
			}
		}
		return s.enter(c)
	}
	methods := []string{r.method}
	if r.method == http.MethodGet {
		methods = append(methods, http.MethodHead)
	}
	for _, m := range methods {
		s.echo.Add(m, r.path, h)
	}
	return nil
}

// enter lets in who may: the session says who it is, the guard whether the route's action is theirs.
func (s *Server) enter(c *ctx) error {
	if c.route.action == "" {
		return c.route.handle(c)
	}
	in, err := c.identify()
	if err != nil {
		return err
	}
	if !in && c.route.api {
		return c.tell(http.StatusUnauthorized, "signed_out", "error.api.signed_out")
	}
	if !in {
		return s.askSignIn(c)
	}
	if c.duty != "" && c.route.api {
		return c.tell(http.StatusForbidden, "duty", "error.api.duty")
	}
	if c.duty != "" && c.duty != c.route.duty {
		return s.askDuty(c)
	}
	if err := s.Guard.AllowAnywhere(c.by, c.route.action); err != nil {
		return err
	}
	if err := c.unhurried(); err != nil {
		return err
	}
	if s.Clocks != nil { // another process may have approved a notice
		if err := s.Clocks.Wall().Refresh(c.ctx()); err != nil {
			return err
		}
	}
	return c.route.handle(c)
}

// Route is an address of the site as others may see it: tests, and the map in the documentation.
type Route struct {
	Method, Path, Action, Nav string
	Public                    bool
}

// Routes is every address of the site.
func (s *Server) Routes() []Route {
	var out []Route
	for _, r := range s.table {
		out = append(out, Route{Method: r.method, Path: r.path, Action: r.action, Nav: r.nav})
	}
	for _, r := range s.public() {
		out = append(out, Route{Method: r.method, Path: r.path, Public: true})
	}
	return out
}

// Addresses is every address that answers, as the server itself lists them: method and path.
func (s *Server) Addresses() []Route {
	var out []Route
	for _, r := range s.echo.Routes() {
		out = append(out, Route{Method: r.Method, Path: r.Path})
	}
	slices.SortFunc(out, func(a, b Route) int { return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method) })
	return out
}

// menu is the lines of the table that a person may use.
func (s *Server) menu(c *ctx) []layout.NavItem {
	var items []layout.NavItem
	best := -1
	for _, r := range s.table {
		if r.nav == "" || !s.Guard.CanAnywhere(c.by, r.action) {
			continue
		}
		items = append(items, layout.NavItem{Label: c.p.T("nav." + r.nav), Href: r.path, Icon: r.icon})
		at := c.Request().URL.Path
		if at == r.path || r.path != "/" && strings.HasPrefix(at, r.path+"/") {
			if best < 0 || len(r.path) > len(items[best].Href) {
				best = len(items) - 1
			}
		}
	}
	if best >= 0 {
		items[best].Active = true
	}
	return items
}

// roleLine says what a person is here: the jurisdiction and the roles held there, "湖州市 · 执法人员".
func (s *Server) roleLine(c *ctx, by access.Actor) string {
	var parts []string
	for _, a := range s.Guard.Roles(by) {
		place, role := s.Regions.Name(a.Jurisdiction, c.p.Lang()), c.p.T("role."+a.Role)
		for _, p := range []string{place, role} {
			if !slices.Contains(parts, p) {
				parts = append(parts, p)
			}
		}
	}
	return strings.Join(parts, " · ")
}

package patent

import "huzhi/internal/calendar"

// Status is the legal status of an application or a patent.
type Status string

// The words of the register.
const (
	PendingUnpublished Status = "PENDING_UNPUBLISHED" // 申请中（未公布）
	PendingPublished   Status = "PENDING_PUBLISHED"   // 公布、实质审查中
	Rejected           Status = "REJECTED"            // 驳回
	Withdrawn          Status = "WITHDRAWN"           // 撤回
	DeemedWithdrawn    Status = "DEEMED_WITHDRAWN"    // 视为撤回
	DeemedAbandoned    Status = "DEEMED_ABANDONED"    // 视为放弃取得专利权
	GrantedValid       Status = "GRANTED_VALID"       // 授权、专利权维持
	Expired            Status = "EXPIRED"             // 期限届满
	LapsedFee          Status = "LAPSED_FEE"          // 未缴年费终止
	Abandoned          Status = "ABANDONED"           // 放弃，也为避免重复授权
	InvalidAll         Status = "INVALID_ALL"         // 全部无效
	InvalidPart        Status = "INVALID_PART"        // 部分无效
	Restored           Status = "RESTORED"            // 恢复
	Transferred        Status = "TRANSFERRED"         // 转移
	Licensed           Status = "LICENSED"            // 许可备案
	Pledged            Status = "PLEDGED"             // 质押
	Preserved          Status = "PRESERVED"           // 保全
	NotFound           Status = "NOT_FOUND"           // 查无此号
)

// Statuses is every word, in the order of a patent's life.
func Statuses() []Status {
	return []Status{
		PendingUnpublished, PendingPublished, Rejected, Withdrawn, DeemedWithdrawn, DeemedAbandoned, GrantedValid, Expired, LapsedFee,
		Abandoned, InvalidAll, InvalidPart, Restored, Transferred, Licensed, Pledged, Preserved, NotFound,
	}
}

// Standing is what a status means for a mark.
type Standing string

// The standings.
const (
	Unclear Standing = ""        // no word of the register
	Pending Standing = "pending" // applied for: an application mark only
	Never   Standing = "never"   // never granted
	InForce Standing = "inforce" // may be marked
	Ended   Standing = "ended"   // was in force
	Absent  Standing = "absent"  // there is no such number
)

// Standing says what the status means for a mark. Transfers, licences, pledges and preservations are events of a patent in force.
func (s Status) Standing() Standing {
	switch s {
	case PendingUnpublished, PendingPublished:
		return Pending
	case Rejected, Withdrawn, DeemedWithdrawn, DeemedAbandoned:
		return Never
	case GrantedValid, InvalidPart, Restored, Transferred, Licensed, Pledged, Preserved:
		return InForce
	case Expired, LapsedFee, Abandoned, InvalidAll:
		return Ended
	case NotFound:
		return Absent
	}
	return Unclear
}

// TermEnd is the first day on which a patent is no longer in force by its term: 20 years from filing for inventions, 10 for utility
// models, 15 for designs filed from 2021-06-01 and 10 for earlier ones (Patent Law Art. 42); filed before 1993, 15 and 5+3 years.
// An invention's term may have been extended (Art. 42(2) and (3)): the register says so. No day where type or filing day is unknown.
func TermEnd(t Type, filed calendar.Day) calendar.Day {
	years := 0
	switch t {
	case Invention:
		years = 20
		if filed < calendar.Date(1993, 1, 1) {
			years = 15
		}
	case UtilityModel, Design:
		years = 10
		if filed < calendar.Date(1993, 1, 1) {
			years = 8
		} else if t == Design && filed >= calendar.Date(2021, 6, 1) {
			years = 15
		}
	}
	if years == 0 {
		return 0
	}
	return filed.AddMonths(12 * years)
}

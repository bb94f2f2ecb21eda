package patent

import (
	"strings"

	"huzhi/internal/calendar"
)

// row is a row of the decision table: its words. When it holds is said in check.go.
type row struct {
	id     string
	result Verdict
	limb   [2]string // on the product or its packaging; in material
	cite   string    // what it rests on: keys of articles, with a space between
	reason Text
	order  Text // for defects; what a limb asks for stands in orders
}

// The rows, as they are tried from the top.
const (
	rowForged     = "1"
	rowNoSuch     = "2"
	rowMiswritten = "3"
	rowAnothers   = "4"
	rowNotSubject = "5"
	rowCompare    = "5b"
	rowPending    = "6"
	rowApplied    = "7"
	rowIncomplete = "8"
	rowStale      = "9"
	rowNever      = "10"
	rowEarlier    = "11"
	rowUndated    = "12"
	rowEnded      = "13"
	rowDouble     = "14"
	rowClaimed    = "15"
	rowElements   = "16"
	rowType       = "17"
	rowForeign    = "18"
	rowNoRight    = "19"
	rowMethod     = "20"
	rowRight      = "21"

	rowUnknown = "2?"  // number not yet looked for: a CHECK, told as row 2
	rowNothing = "2??" // no number at all: nothing that could be looked for; told as row 2
	rowSold    = "L2"  // the seller's own act, told with the row that it follows from
)

// table is the decision table. {number}, {end}, {made}, {granted}, {type}, {says} are filled in.
func table() []row {
	mark := Text{"责令改正，按照《专利标识标注办法》规范标注。", "Order to mark as the Marking Measures require; no fine."}
	return []row{
		{rowForged, Suspect, [2]string{"L4", "L4"}, "act4", Text{"专利证书、专利文件或者专利申请文件系伪造或者变造。", "Forged or altered patent certificate, patent document or application document."}, Text{}},
		{rowNoSuch, Suspect, [2]string{"L1a", "L3a"}, "act", Text{"登记簿中没有该专利（{number}），当事人也未出示有效专利。", "There is no such patent ({number}), and the party shows none of its own."}, Text{}},
		{rowUnknown, Check, [2]string{}, "act", Text{"尚未在国家知识产权局登记簿中查到该专利（{number}），请核实后再作判断。", "The patent ({number}) has not been looked up in the official register: do so first."}, Text{}},
		{rowNothing, Check, [2]string{}, "act", Text{"标识未标注专利号，无从查询登记簿：应要求当事人出示专利，再作判断。", "The mark has no number, so there is nothing to look up: ask the party to show the patent first."}, Text{}},
		{rowMiswritten, Defect, [2]string{}, "m5.2 defect", Text{"专利号标注有误（{number}），当事人有覆盖该产品的有效专利。", "The number is written wrongly ({number}); the party has a valid patent that covers the product."}, Text{"责令改正，标注国家知识产权局授予的专利号。", "Order to print the number that was granted; no fine."}},
		{rowAnothers, Suspect, [2]string{"L1c", "L3c"}, "act", Text{"未经许可标注、使用他人的专利号（{number}）；应审查是否涉嫌犯罪。", "Another's patent number ({number}) without permission; look at whether it is a crime."}, Text{}},
		{rowNotSubject, Suspect, [2]string{"L1a", "L3a"}, "act", Text{"产品明显不是该专利（{number}）的保护对象，属于未被授予专利权的产品。", "The product is plainly not the subject of the patent ({number}): a product that was granted none."}, Text{}},
		{rowCompare, Check, [2]string{}, "act", Text{"产品是否属于该专利（{number}）的保护对象尚不清楚，需作技术比对。", "Whether the product is the subject of the patent ({number}) is unclear: compare them technically."}, Text{}},
		{rowPending, Suspect, [2]string{"L1a", "L3b"}, "act", Text{"标注时尚未授权，将专利申请（{number}）称为专利。", "Not granted when it was marked: an application ({number}) is called a patent."}, Text{}},
		{rowApplied, OK, [2]string{}, "m7", Text{"专利申请标识合规：类别、申请号和“专利申请，尚未授权”齐全。", "A correct application mark: type, application number and the words 专利申请，尚未授权."}, Text{}},
		{rowIncomplete, Defect, [2]string{}, "m7 defect", Text{"专利申请标识不完整：应当用中文标明申请的类别、申请号，并标明“专利申请，尚未授权”。", "The application mark is incomplete: it needs the type in Chinese, the application number and the words 专利申请，尚未授权."}, mark},
		{rowStale, Defect, [2]string{}, "m7 defect", Text{"申请已经终结或者专利权已经失效，仍保留专利申请标识。", "The application mark was kept after the application or the patent had come to its end."}, Text{"责令改正，去除专利申请标识。", "Order to remove the application mark; no fine."}},
		{rowNever, Suspect, [2]string{"L1a", "L3a"}, "act", Text{"该申请（{number}）从未被授予专利权，却作为专利标注。", "No patent was ever granted on the application ({number}), yet it is called a patent."}, Text{}},
		{rowEarlier, OK, [2]string{}, "exception", Text{"产品于{made}制造，早于专利权失效日{end}：此前依法标注、此后销售的，不属于假冒专利；应留存生产日期证据。", "Made on {made}, before the end on {end}: a lawful earlier mark may be sold afterwards; keep proof of the production date."}, Text{}},
		{rowUndated, Check, [2]string{}, "exception", Text{"专利权已经失效（{end}），而产品制造日期不明，应由当事人举证。", "The patent has come to its end ({end}) and the production date is not known: the party must show it."}, Text{}},
		{rowEnded, Suspect, [2]string{"L1b", "L1b"}, "act", Text{"专利权于{end}失效，产品于{made}制造，仍继续标注专利标识。", "The patent came to its end on {end}; the product made on {made} still bears the mark."}, Text{}},
		{rowDouble, Defect, [2]string{}, "m5.add defect", Text{"该专利（{number}）为避免重复授权而放弃，仅在说明书等材料中继续引用。", "The patent ({number}) was surrendered to avoid double patenting and is cited in material only."}, Text{"责令改正，更正说明书等材料中的专利信息。", "Order to put the patent data in the material right; no fine."}},
		{rowClaimed, Suspect, [2]string{"L3a", "L3a"}, "act3or5", Text{"专利权（{number}）已于{end}失效，仍在说明书、网页、广告等材料中宣称专利，使公众误认。", "The patent ({number}) came to its end on {end} and is still claimed in a manual, on a page or in an advertisement: the public is misled."}, Text{}},
		{rowElements, Defect, [2]string{}, "m5 defect", Text{"专利标识要素不全：应当用中文标明专利权的类别和专利号。", "Elements are missing: the type of patent in Chinese and the patent number are required."}, mark},
		{rowType, Defect, [2]string{}, "m5.1 defect act5", Text{"标注的类别（{says}）与专利权的类别（{type}）不符；使公众混淆的，可能构成假冒，由负责人决定。", "The type printed ({says}) is not that of the patent ({type}); if it misleads it may be limb L5: the supervisor decides."}, mark},
		{rowForeign, Check, [2]string{"L5", "L5"}, "act5", Text{"仅有外国专利而未标明系外国专利；使公众误认为中国专利的，可能构成假冒。", "Only a foreign patent, not said to be one; if the public takes it for a Chinese patent it may be limb L5."}, Text{}},
		{rowNoRight, Check, [2]string{"L1c", "L3c"}, "m4 act", Text{"标注人不是专利权人，也未见于登记的被许可人，应核实其标注权。", "Who marked is neither the patentee nor a licensee on record: find out whether it may mark."}, Text{}},
		{rowMethod, Defect, [2]string{}, "m6 defect", Text{"依照专利方法直接获得的产品，未用中文标明系依照专利方法所获得。", "The direct product of a patented method does not say so in Chinese."}, mark},
		{rowRight, OK, [2]string{}, "m5 m4", Text{"标注时专利权有效，类别、专利号、标注人和产品均相符。", "In force when marked; type, number, marker and product agree."}, Text{}},
		{rowSold, Suspect, [2]string{"L2", "L2"}, "act2", Text{"当事人销售该产品；应追查制造者并移送线索，要求提供进货来源。", "The party sells the goods: open a lead against the maker and ask for the papers of purchase."}, Text{}},
	}
}

// The days on which the law changed.
func newRules() calendar.Day { return calendar.Date(2024, 1, 20) } // Implementing Rules (2023)
func newLaw() calendar.Day   { return calendar.Date(2021, 6, 1) }  // Patent Law (2020)
func order71() calendar.Day  { return calendar.Date(2015, 7, 1) }

// cite is the law in force on a day for a row; limb chooses among the acts of counterfeiting. No day is the law of now.
func cite(keys, limb string, on calendar.Day) Cite {
	rules, act := Text{"《专利法实施细则》（2023年修订）第一百零一条", "Implementing Rules of the Patent Law (2023) Art. 101"}, Text{"《专利法》（2020年修正）第六十八条", "Patent Law (2020) Art. 68"}
	correct := Text{"《专利法实施细则》（2023年修订）第九十九条第二款", "Implementing Rules of the Patent Law (2023) Art. 99(2)"}
	if !on.IsZero() && on < newRules() {
		rules = Text{"《专利法实施细则》（2010年修订）第八十四条", "Implementing Rules of the Patent Law (2010) Art. 84"}
		correct = Text{"《专利法实施细则》（2010年修订）第八十三条第二款", "Implementing Rules of the Patent Law (2010) Art. 83(2)"}
	}
	if !on.IsZero() && on < newLaw() {
		act = Text{"《专利法》（2008年修正）第六十三条", "Patent Law (2008) Art. 63"}
	}
	item := func(n string) Text {
		zh := strings.NewReplacer("1", "一", "2", "二", "3", "三", "4", "四", "5", "五").Replace(n)
		return Text{rules.ZH + "第一款第" + zh + "项、" + act.ZH, rules.EN + "(1) item " + n + ", " + act.EN}
	}
	measure := func(zh, en string) Text {
		return Text{"《专利标识标注办法》" + zh, "Patent Marking Measures " + en}
	}
	var list []Text
	for _, k := range strings.Fields(keys) {
		switch k {
		case "act":
			n := "1"
			if len(limb) > 1 {
				n = limb[1:2]
			}
			list = append(list, item(n))
		case "act2", "act4", "act5":
			list = append(list, item(k[3:]))
		case "act3or5":
			list = append(list, item("3"), Text{rules.ZH + "第一款第五项", rules.EN + "(1) item 5"})
		case "exception":
			list = append(list, Text{rules.ZH + "第二款", rules.EN + "(2)"})
		case "defect":
			list = append(list, measure("第八条第一款", "Art. 8(1)"), correct)
		case "m4":
			list = append(list, measure("第四条", "Art. 4"))
		case "m5":
			list = append(list, measure("第五条", "Art. 5"))
		case "m5.1":
			list = append(list, measure("第五条第一款第一项", "Art. 5(1) item 1"))
		case "m5.2":
			list = append(list, measure("第五条第一款第二项", "Art. 5(1) item 2"))
		case "m5.add":
			list = append(list, measure("第五条第二款", "Art. 5(2)"))
		case "m6":
			list = append(list, measure("第六条", "Art. 6"))
		case "m7":
			list = append(list, measure("第七条", "Art. 7"))
		}
	}
	var zh, en []string
	for _, t := range list {
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	return Cite{strings.Join(zh, "；"), strings.Join(en, "; ")}
}

// Order is what the office must order for a limb (Measures for Patent Administrative Enforcement, SIPO Order 71 Art. 45, Order 60 Art. 43).
// A test holds it against the rule book.
func Order(limb string) Text {
	switch limb {
	case "L1a", "L1b", "L1c":
		return Text{"立即停止标注行为，消除尚未售出的产品或者其包装上的专利标识；产品上的专利标识难以消除的，销毁该产品或者包装。", "Stop marking; remove the marks from goods and packaging not yet sold; where a mark is hard to remove, destroy the product or packaging."}
	case "L2":
		return Text{"立即停止销售行为。", "Stop selling."}
	case "L3a", "L3b", "L3c":
		return Text{"立即停止发放该材料，销毁尚未发出的材料，并消除影响。", "Stop issuing the material, destroy what is not yet issued, and undo the effect."}
	case "L4":
		return Text{"立即停止伪造或者变造行为，销毁伪造或者变造的专利证书、专利文件或者专利申请文件，并消除影响。", "Stop forging or altering; destroy the forged or altered certificates and papers; undo the effect."}
	case "L5":
		return Text{"其他必要的改正措施。", "Other necessary measures."}
	case "platform": // from 2015-07-01 (Order 71 Art. 45(2))
		return Text{"通知电子商务平台提供者及时对假冒专利产品相关网页采取删除、屏蔽或者断开链接等措施。", "Notify the platform provider to delete, screen or unlink the pages in time."}
	}
	return Text{}
}

// typeName is a type in words.
func typeName(t Type) Text {
	switch t {
	case Invention:
		return Text{"发明", "invention"}
	case UtilityModel:
		return Text{"实用新型", "utility model"}
	case Design:
		return Text{"外观设计", "design"}
	}
	return Text{"不明", "unknown"}
}

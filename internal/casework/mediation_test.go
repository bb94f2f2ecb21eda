package casework_test

// What the steps of a mediation are given.
func appointed(on, meeting string) walk {
	return walk{"officer", "appoint", on, fields{"appointed_on": meeting, "appointed_at": "09:30", "appointed_place": "调解室", "requester_told_on": on, "respondent_told_on": on}}
}

func met(on string) walk {
	return walk{"officer", "meeting", on, fields{"meeting_on": on, "presence": "both", "meeting_record": "谈"}}
}

func agreed(on string) fields {
	return fields{"outcome": "mediated", "agreement": "支付报酬", "requester_signed_on": on, "respondent_signed_on": on, "enforceable": "no"}
}

func served(on string) fields {
	return fields{"served_on": on, "way": "direct", "receiver": "李四"}
}

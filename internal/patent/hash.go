package patent

// Rules names the rule set of the marking check: the SHA-256 over the source of what decides (see TestRulesHash). The answer of a phone
// that was loaded earlier can be told from the answer of today's rules.
const Rules = "sha256:0ada3ec66d981f834199d8143d342b3b5c166c0a8ff07aa91956de1a9c6ef81b"

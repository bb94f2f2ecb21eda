package patent

// Rules names the rule set of the marking check: the SHA-256 over the source of what decides (see TestRulesHash). The answer of a phone
// that was loaded earlier can be told from the answer of today's rules.
const Rules = "sha256:807eb2780d2c20ffbcea4993ebd16cfa5dbdd3be8fb64ecf3c6b7ba1fe14f6f3"

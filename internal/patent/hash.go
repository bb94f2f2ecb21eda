package patent

// Rules names the rule set of the marking check: the SHA-256 over the source of what decides (see TestRulesHash). The answer of a phone
// that was loaded earlier can be told from the answer of today's rules.
const Rules = "sha256:75b7c3274886cc40d81e3a0ea01ade60472a9ed860bc358d6ecc8743220bf67f"

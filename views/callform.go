package views

import "huzhi/views/parts"

// The hidden and shown halves of what the form has taken: the earlier call, the article.

func joinID(l *parts.Link) string {
	if l == nil {
		return ""
	}
	return l.Href
}

func joinName(l *parts.Link) string {
	if l == nil {
		return ""
	}
	return l.Label
}

func articleID(a *ArticleLine) string {
	if a == nil {
		return ""
	}
	return a.ID
}

func articleName(a *ArticleLine) string {
	if a == nil {
		return ""
	}
	return a.Question
}

func articleNext(a *ArticleLine) string {
	if a == nil {
		return ""
	}
	return a.Next
}

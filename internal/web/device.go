package web

import "strings"

// Browsers and systems by the sign that their names for themselves hold, the more particular first: almost all call themselves Chrome
// and Safari too. The words stand in the catalogue as device.<name>.
func browsers() [][2]string {
	return [][2]string{{"MicroMessenger/", "wechat"}, {"DingTalk", "dingtalk"}, {"QQBrowser/", "qq"}, {"UCBrowser/", "uc"}, {"360SE", "b360"}, {"QIHU", "b360"}, {"Edg", "edge"},
		{"OPR/", "opera"}, {"Firefox/", "firefox"}, {"Chrome/", "chrome"}, {"Safari/", "safari"}}
}

func systems() [][2]string {
	return [][2]string{{"Windows", "windows"}, {"HarmonyOS", "harmony"}, {"OpenHarmony", "harmony"}, {"Android", "android"}, {"iPhone", "iphone"}, {"iPad", "ipad"},
		{"Mac OS X", "mac"}, {"Linux", "linux"}}
}

// device is in short what a browser calls itself: "Chrome (Windows)".
func (c *ctx) device(agent string) string {
	browser, system := known(agent, browsers()), known(agent, systems())
	switch {
	case browser == "":
		return c.p.T("device.unknown")
	case system == "":
		return c.p.T("device." + browser)
	}
	return c.p.T("device.on", c.p.T("device."+browser), c.p.T("device."+system))
}

func known(agent string, list [][2]string) string {
	for _, x := range list {
		if strings.Contains(agent, x[0]) {
			return x[1]
		}
	}
	return ""
}

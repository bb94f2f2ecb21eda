package web

import "testing"

func TestDevices(t *testing.T) {
	c := &ctx{p: catalogue(t).Printer("zh-CN")}
	for agent, want := range map[string]string{
		"": "未知浏览器", "curl/8.5": "未知浏览器",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36":                                   "Chrome（Windows）",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0":                     "Edge（Windows）",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1":           "Safari（iPhone）",
		"Mozilla/5.0 (Linux; Android 14; V2366) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.50": "微信（安卓）",
		"Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1 Mobile":                      "Chrome（鸿蒙）",
		"Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0":                                                                            "Firefox（Linux）",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0 Safari/537.36 QQBrowser/12.0":                  "QQ 浏览器（macOS）",
		"Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/86.0.4240.198 Safari/537.36 QIHU 360SE":                          "360 浏览器（Windows）",
		"Firefox/133.0": "Firefox",
	} {
		if got := c.device(agent); got != want {
			t.Errorf("%s: %s, want %s", agent, got, want)
		}
	}
}

// Files that are sent piece by piece, so that a broken connection costs a piece and not the file. Without this the form sends the file by itself.
(() => {
  "use strict";
  const lang = document.documentElement.lang;
  for (const form of document.querySelectorAll("form[enctype='multipart/form-data']")) {
    const file = form.querySelector("input[type=file]");
    const id = form.querySelector("input[name=upload]");
    if (!file || !id || !window.tus || !tus.isSupported) continue;
    form.addEventListener("submit", (e) => {
      const f = file.files[0];
      if (!f || id.value) return;
      e.preventDefault();
      const bar = document.createElement("progress");
      bar.className = "up-bar";
      bar.max = f.size || 1;
      bar.setAttribute("aria-label", f.name);
      const note = document.createElement("p");
      note.className = "form-hint num";
      note.setAttribute("role", "status");
      file.after(bar, note);
      const button = form.querySelector("button[type=submit], button:not([type])");
      if (button) button.disabled = true;
      const size = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
      const up = new tus.Upload(f, {
        endpoint: "/uploads",
        chunkSize: 16 * 1024 * 1024,
        retryDelays: [0, 1000, 3000, 5000, 10000, 20000],
        metadata: { filename: f.name },
        removeFingerprintOnSuccess: true,
        onProgress: (done, all) => {
          bar.value = done;
          note.textContent = size.format(done / 1048576) + " / " + size.format(all / 1048576) + " MB";
        },
        onError: () => {
          bar.remove(); // what came stays: sending again goes on from there
          note.textContent = "";
          if (button) button.disabled = false;
        },
        onSuccess: () => {
          id.value = up.url.split("/").pop();
          file.disabled = true;
          form.submit();
        },
      });
      up.findPreviousUploads().then((list) => {
        if (list.length) up.resumeFromPreviousUpload(list[0]);
        up.start();
      });
    });
  }
})();

"""Texts that hostile or clumsy people type, shared by the tests of what becomes of them."""

FORMULAS = (
    "=1+1", '=HYPERLINK("http://vidu.example";"x")', "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1;1)", "\t=1+1",
    "\r=1+1", "\n=1+1", "|cmd", "＝1+1", "＋1+1", "－1+1", "＠x", "  =1+1", "\u00a0=1+1", "\u3000=1+1", "\u200b=1+1",
    "\ufeff=1+1", "\u202e=1+1", "'=1+1", "''=1+1", "{=1+1}", "%0A=1+1", "=", "==", '"=1+1"', ",=1+1", "a,=1+1",
    "a\n=1+1", "0123", "1e5", "TRUE", "_x000D_", "[1]!a", "&R&D",
)  # fmt: skip
SCRIPT = (
    "'\"></td></option></textarea></title></style></script><script>document.x=1</script><img src=x onerror=alert(1)>"
    "<svg onload=alert(1)><a href=javascript:alert(1)>b</a>{{7*7}}${7*7}<!--"
)
# controls, marks of direction, letters without width: what is printed after them must stay what it is
INVISIBLE = "đầu\x1b[31m\x07\x9b\u202e\u2066\u200b\u2028\x00\x0b\ufeffcuối"

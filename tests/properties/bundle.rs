//! Detectors that are made to be awkward, beside the built-in ones.

use std::sync::LazyLock;

use hushgate_engine::rules::Rules;
use hushgate_tests::credential::Credentials;

/// The built-in detectors and those of [`BUNDLE`].
pub static RULES: LazyLock<Rules> =
    LazyLock::new(|| Rules::open(BUNDLE).expect("a correct bundle"));

/// Credentials of all these kinds.
pub static CREDENTIALS: LazyLock<Credentials> = LazyLock::new(|| Credentials::new(&RULES));

/// Detectors whose patterns use every corner of the language.
pub const BUNDLE: &str = r#"
[[detector]]
id = "t-edge-behind"
since = "0.1.0"
description = "No edge in front, one behind."
pattern = 'foo_[a-z]{4}\b'
keywords = ["foo_"]
max-len = 8
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "foo_abcd"
redacted = "[t-edge-behind]"
[[detector.counter-example]]
text = "foo_abcde"
why = "too long"

[[detector]]
id = "t-varying"
since = "0.1.0"
description = "A run of varying length with edges."
pattern = '\bbar_[a-z]{3,9}\b'
keywords = ["bar_"]
max-len = 13
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "bar_abcd"
redacted = "[t-varying]"
[[detector.counter-example]]
text = "bar_abcdefghij"
why = "too long"

[[detector]]
id = "t-tail"
since = "0.1.0"
description = "An unbounded tail, and more behind it."
pattern = 'baz_[0-9a-f]{3,}(?:\.[0-9a-f]+(?:;end)?)?'
keywords = ["baz_"]
max-len = 7
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "baz_0123.45;end"
redacted = "[t-tail]"
[[detector.counter-example]]
text = "baz_01"
why = "too short"

[[detector]]
id = "t-far"
since = "0.1.0"
description = "The keyword stands behind a set."
pattern = '\b[a-z]{3}8Q~[a-z]{4}\b'
keywords = ["8Q~"]
max-len = 10
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "abc8Q~defg"
redacted = "[t-far]"
[[detector.counter-example]]
text = "ab8Q~defg"
why = "too short"

[[detector]]
id = "t-dashed"
since = "0.1.0"
description = "May end with a byte that is no word byte."
pattern = '\bqux-[a-z-]{4}\b'
keywords = ["qux-"]
max-len = 8
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "qux-ab-c"
redacted = "[t-dashed]"
[[detector.counter-example]]
text = "qux-abcde"
why = "too long"

[[detector]]
id = "t-inner"
since = "0.1.0"
description = "May begin inside the tail of another one and go on behind it."
pattern = 'cafe[!-&]{6}'
keywords = ["cafe"]
max-len = 10
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "cafe!!!!!!"
redacted = "[t-inner]"
[[detector.counter-example]]
text = "cafe!!!!!"
why = "too short"

[[detector]]
id = "t-reach"
since = "0.1.0"
description = "Ends at an edge, with what another one begins with in it."
pattern = 'quux:[a-z_]{4,9}\b'
keywords = ["quux:"]
max-len = 14
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "quux:ab_cd"
redacted = "[t-reach]"
[[detector.counter-example]]
text = "quux:abcd_efghi_"
why = "too long"

[[detector]]
id = "t-long-head"
since = "0.1.0"
description = "Begins with what another one matches, and more."
pattern = 'kind_of_abcd_(?:live|live-old)_[0-9]{4,}'
keywords = ["kind_of_"]
max-len = 26
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "kind_of_abcd_live_0123"
redacted = "[t-long-head]"
[[detector.counter-example]]
text = "kind_of_abc"
why = "too short"

[[detector]]
id = "t-in-head"
since = "0.1.0"
description = "Is how another one begins."
pattern = 'of_abc[a-z_]{2}'
keywords = ["of_abc"]
max-len = 8
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "of_abcde"
redacted = "[t-in-head]"
[[detector.counter-example]]
text = "of_abc12"
why = "no letters"

[[detector]]
id = "t-rival"
since = "0.1.0"
description = "Begins like another one and may be longer."
pattern = 'baz_0[0-9a-f.;]{5,12}'
keywords = ["baz_"]
max-len = 17
lifetime = "static"
source = "https://docs.forge.example/"
[[detector.example]]
text = "baz_0;;;;;"
redacted = "[t-rival]"
[[detector.counter-example]]
text = "baz_0;;;;"
why = "too short"
"#;

use super::*;

fn text(html: &str) -> String {
    plain(html).text.trim().to_owned()
}

#[test]
fn block_quotes_become_quoted_lines() {
    assert_eq!(
        text("<div>Yes</div><blockquote>old<br>mail</blockquote><div>below</div>"),
        "Yes\n> old\n> mail\nbelow"
    );
}

#[test]
fn what_the_eye_does_not_see_is_not_read() {
    for hidden in [
        "<span style=\"display:none\">yes</span>",
        "<span style='font-size:0'>yes</span>",
        "<span style='font-size: 0px !important'>yes</span>",
        "<p hidden>yes</p>",
        "<!-- yes -->",
        "<template>yes</template>",
        "<div style='color:#ffffff'>yes</div>",
        "<div style='color:#fff;background:white'>yes</div>",
        "<div style='position:absolute;left:-9999px'>yes</div>",
        "<div style='max-height:0;overflow:hidden'>yes</div>",
        "<div style='opacity:0'>yes</div>",
        "<style>yes</style><title>yes</title>",
    ] {
        assert_eq!(text(&format!("<p>Hm.</p>{hidden}")), "Hm.", "{hidden}");
    }
}

#[test]
fn references_are_decoded() {
    assert_eq!(
        text("S&iacute;, con piacere &#128077; &lt;3"),
        "Sí, con piacere 👍 <3"
    );
    assert_eq!(text("a < b & c"), "a < b & c");
}

#[test]
fn broken_markup_ends_somewhere() {
    for broken in [
        "<",
        "<a",
        "<a href=\"",
        "<!--",
        "<script>",
        "</",
        "&#xffffffff;",
        "<p><p><p",
        "&",
    ] {
        let _ = plain(broken);
    }
    let deep = "<div>".repeat(100_000) + "yes";
    assert!(plain(&deep).text.contains("yes"));
}

//! Writing JSON piece by piece, so that no document is ever held as a whole.

use std::fmt::Write as _;
use std::io;

use landform_values::json::write_string;

/// So much text is gathered before it is handed on.
const CHUNK: usize = 64 * 1024;

/// JSON on its way to a sink, as Go writes it: without white space, and with its escapes. The first error of the sink
/// is kept for [`JsonWriter::finish`]; what is written behind it is lost.
pub(super) struct JsonWriter<'s> {
    text: String,
    sink: Option<&'s mut dyn io::Write>,
    error: Option<io::Error>,
}

impl<'s> JsonWriter<'s> {
    /// To a sink.
    pub(super) fn new(sink: &'s mut dyn io::Write) -> Self {
        Self { text: String::with_capacity(CHUNK + CHUNK / 4), sink: Some(sink), error: None }
    }

    /// To memory: [`JsonWriter::into_text`] has all of it.
    pub(super) fn in_memory() -> Self {
        Self { text: String::new(), sink: None, error: None }
    }

    /// Hands on all that is left.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.spill();
        match (self.error, self.sink) {
            (Some(error), _) => Err(error),
            (None, Some(sink)) => sink.flush(),
            (None, None) => Ok(()),
        }
    }

    /// What was written to memory.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn spill(&mut self) {
        let Some(sink) = &mut self.sink else { return };
        if self.error.is_none() {
            self.error = sink.write_all(self.text.as_bytes()).err();
        }
        self.text.clear();
    }

    /// JSON as it is.
    pub(super) fn raw(&mut self, json: &str) {
        self.text.push_str(json);
        if self.text.len() > CHUNK {
            self.spill();
        }
    }

    /// A string in quotes.
    pub(super) fn string(&mut self, text: &str) {
        write_string(text, &mut self.text);
        self.raw("");
    }

    /// What something displays as, as a string in quotes.
    pub(super) fn display(&mut self, shown: impl std::fmt::Display) {
        self.string(&shown.to_string());
    }

    /// A whole number.
    pub(super) fn integer(&mut self, number: i64) {
        // Writing to a text can not fail.
        let _ = write!(self.text, "{number}");
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, truth: bool) {
        self.raw(if truth { "true" } else { "false" });
    }

    /// `{…}` with what `fill` puts in.
    pub(super) fn object(&mut self, fill: impl FnOnce(&mut Fields<'_, 's>)) {
        self.raw("{");
        fill(&mut Fields { writer: self, is_first: true });
        self.raw("}");
    }

    /// `[…]` with each item as `write` writes it.
    pub(super) fn array<T>(&mut self, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        self.raw("[");
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.raw(",");
            }
            write(self, item);
        }
        self.raw("]");
    }
}

/// The members of an object, in the order in which they are written.
pub(super) struct Fields<'w, 's> {
    writer: &'w mut JsonWriter<'s>,
    is_first: bool,
}

impl<'s> Fields<'_, 's> {
    /// A member; its value is to be written next.
    pub(super) fn key(&mut self, name: &str) -> &mut JsonWriter<'s> {
        if !std::mem::take(&mut self.is_first) {
            self.writer.raw(",");
        }
        self.writer.string(name);
        self.writer.raw(":");
        self.writer
    }

    /// A string, left out when it is empty.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.key(name).string(text);
        }
    }

    /// `true`, left out when it is not.
    pub(super) fn flag(&mut self, name: &str, truth: bool) {
        if truth {
            self.key(name).boolean(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_told_apart() {
        let mut writer = JsonWriter::in_memory();
        writer.object(|object| {
            object.text("a", "<é\">");
            object.text("left out", "");
            object.flag("b", true);
            object.flag("left out", false);
            object.key("c").array([1, -2], JsonWriter::integer);
            object.key("d").object(|_| {});
        });
        assert_eq!(writer.into_text(), r#"{"a":"\u003cé\"\u003e","b":true,"c":[1,-2],"d":{}}"#);
    }

    #[test]
    fn text_is_handed_on_in_pieces() {
        let mut sink = Vec::new();
        let mut writer = JsonWriter::new(&mut sink);
        writer.array(0..10_000, |writer, _| writer.string("0123456789"));
        assert!(writer.text.len() <= CHUNK);
        assert!(writer.finish().is_ok());
        assert_eq!(sink.len(), 10_000 * 13 + 1);
    }

    /// Takes nothing.
    struct Full;

    impl io::Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_error_of_the_sink_is_told_at_the_end() {
        let mut full = Full;
        let mut writer = JsonWriter::new(&mut full);
        writer.array(0..100_000, JsonWriter::integer);
        assert_eq!(writer.finish().map_err(|error| error.kind()), Err(io::ErrorKind::StorageFull));
    }
}

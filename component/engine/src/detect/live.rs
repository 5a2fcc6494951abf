//! A match in progress: one shape, or one registered form, from one start.
//!
//! # Invariant
//! The whole state is a step and a count, so a match goes on at any byte without reading one
//! twice, and what it decides does not depend on where chunks end.

use hushgate_detector::{
    document::Confidence,
    pattern::UNBOUNDED,
    table::{NAMED_WINDOW, Shape, Step, Table},
};

use super::{Checksum, Hits, Runs, variety::is_placeholder, verify};
use crate::{
    compare::common,
    named::{Quote, lines},
    redact::{
        encoded::{Kind, PADDING},
        open::CONTEST,
    },
    values::Values,
};

/// Steps of which no more is to come are looked at faster than they are remembered: most are a byte of a
/// keyword.
const SHORT: usize = 8;

/// What is being matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matched {
    /// The shape with this index.
    Shape(u16),
    /// The registered form with this index.
    Form(u32),
    /// A run of encoded text in which something was found: by the rule with this index, or a
    /// registered value.
    Wrapping(Kind, Option<u16>),
}

/// Whether more bytes can change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LiveState {
    /// It needs more bytes.
    Running,
    /// It has all its bytes. Whether it counts is decided with the others of its rule: see
    /// [`guarded`](Live::guarded).
    Through,
    /// It is decided: `accepted` says how.
    Done,
}

/// The bytes at hand and what is known about them.
pub(crate) struct Context<'a> {
    pub(crate) table: &'a Table,
    /// What is registered; nothing where forms of detectors alone are compared.
    pub(crate) values: Option<&'a Values>,
    /// Input from offset `base` on.
    pub(crate) bytes: &'a [u8],
    pub(crate) base: u64,
    /// Whether no more input comes.
    pub(crate) ended: bool,
    /// Whether the edge behind a match matters.
    pub(crate) edges: bool,
    /// What is less sure is no match.
    pub(crate) least: Confidence,
    pub(crate) hits: &'a Hits,
    pub(crate) runs: &'a Runs,
    /// All candidates that begin before this offset are in `hits`.
    pub(crate) known: u64,
}

impl Context<'_> {
    pub(crate) fn from(&self, offset: u64) -> &[u8] {
        let index = usize::try_from(offset.saturating_sub(self.base)).unwrap_or(usize::MAX);
        self.bytes.get(index..).unwrap_or_default()
    }
}

/// A match in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Live {
    pub(crate) start: u64,
    pub(crate) what: Matched,
    pub(crate) state: LiveState,
    /// Where the longest match so far ends.
    pub(crate) accepted: Option<u64>,
    /// What its checksum says, once accepted.
    pub(crate) checksum: Checksum,
    /// The next byte to read.
    pub(crate) place: u64,
    /// The step it is in; for a form, 1 once the form is complete.
    pub(crate) step: u16,
    /// Bytes taken in this step.
    pub(crate) count: u32,
    /// The first place at which all that must come had come.
    pub(crate) complete: Option<u64>,
    /// Whether it may be a match that stays: until that is known it has no end.
    pub(crate) guarded: bool,
    /// The end that it has then, if it counts.
    pub(crate) hidden: Option<u64>,
}

/// See [`Live::course`].
pub(crate) type Course = ((u16, Option<u64>), u16, u64, u32, Option<u64>);

impl Live {
    pub(crate) fn new(start: u64, what: Matched) -> Self {
        Self {
            start,
            what,
            state: LiveState::Running,
            accepted: None,
            checksum: Checksum::Absent,
            place: start,
            step: 0,
            count: 0,
            complete: None,
            guarded: false,
            hidden: None,
        }
    }

    /// What decides how a match goes on: two that are alike in this end alike. In an unbounded run that
    /// is long enough, how much it took makes no difference.
    pub(crate) fn course(&self, table: &Table) -> Option<Course> {
        let what = match self.what {
            Matched::Shape(index) => (index, None),
            // The beginning of a value behind a name is read otherwise than its rest.
            Matched::Wrapping(Kind::Named(_), _) if self.length() < u64::from(NAMED_WINDOW) => {
                return None;
            }
            Matched::Wrapping(Kind::Named(Quote::Lines), _) => return None,
            Matched::Wrapping(kind, rule) => (rule.map_or(0, |rule| rule + 1), Some(kind.number())),
            Matched::Form(_) => return None,
        };
        if self.guarded {
            // What it is decides.
            return None;
        }
        let count = match self.endless(table) {
            true => UNBOUNDED,
            false => self.count,
        };
        // What has to come is judged when all of it is there, and begins where the match does.
        let head = Some(self.start).filter(|_| self.complete.is_none());
        let head = head.filter(|_| matches!(self.what, Matched::Shape(_)));
        Some((what, self.step, self.place, count, head))
    }

    /// A match of a shape that begins at `start`: what must stand in front of it is there.
    pub(crate) fn of_shape(start: u64, index: u16, shape: &Shape) -> Self {
        Self {
            step: shape.skip,
            ..Self::new(start, Matched::Shape(index))
        }
    }

    pub(crate) fn running(&self) -> bool {
        self.state != LiveState::Done
    }

    /// How many bytes it has read.
    pub(crate) fn length(&self) -> u64 {
        self.place - self.start
    }

    /// It need not wait any more: it counts if it has an end, or it is no match.
    pub(crate) fn release(&mut self, counts: bool) {
        self.guarded = false;
        self.accepted = self.hidden.take().filter(|_| counts);
        if self.state == LiveState::Through || !counts {
            self.state = LiveState::Done;
        }
    }

    /// Whether it is in an unbounded run that is long enough: then another shape of the rule
    /// ends wherever this one stands.
    pub(crate) fn endless(&self, table: &Table) -> bool {
        let step = self.steps(table).get(usize::from(self.step));
        step.is_some_and(|step| step.max == UNBOUNDED && self.count >= step.min)
    }

    /// The steps of its shape.
    fn steps<'t>(&self, table: &'t Table) -> &'t [Step] {
        let shape = match self.what {
            Matched::Shape(index) => table.shapes.get(usize::from(index)),
            Matched::Form(_) | Matched::Wrapping(..) => None,
        };
        shape.map_or(&[], |shape| table.steps_of(shape))
    }

    /// Whether it is past an unbounded run, so that its first bytes need not be kept.
    pub(crate) fn swallowing(&self, table: &Table) -> bool {
        if matches!(self.what, Matched::Wrapping(..)) {
            return true;
        }
        if self.guarded {
            return false;
        }
        let steps = self.steps(table);
        steps
            .iter()
            .take(usize::from(self.step) + 1)
            .enumerate()
            .any(|(index, step)| {
                step.max == UNBOUNDED && (index < usize::from(self.step) || self.count >= step.min)
            })
    }

    /// Reads on as far as the bytes at hand allow.
    pub(crate) fn advance(&mut self, context: &Context<'_>) {
        if self.state != LiveState::Running {
            return;
        }
        if self.guarded {
            self.accepted = self.hidden.take();
        }
        match self.what {
            Matched::Shape(index) => match context.table.shapes.get(usize::from(index)) {
                Some(shape) => self.advance_shape(context, shape),
                None => self.state = LiveState::Done,
            },
            Matched::Form(index) => self.advance_form(context, index),
            Matched::Wrapping(kind, _) => self.advance_wrapping(context, kind),
        }
        if self.guarded {
            self.hidden = self.accepted.take();
            if self.state == LiveState::Done {
                self.state = LiveState::Through;
            }
        }
    }

    fn advance_shape(&mut self, context: &Context<'_>, shape: &Shape) {
        let steps = context.table.steps_of(shape);
        let last_needed = steps.iter().rposition(|step| step.min > 0).unwrap_or(0);
        // A checksum is looked at once all is there: such a rule has no match without end.
        let rule = context.table.rules.get(usize::from(shape.rule));
        let checked = rule.is_some_and(|rule| rule.check.is_some());
        while let Some(step) = steps.get(usize::from(self.step)) {
            let more = self.run(context, step);
            let index = usize::from(self.step);
            if index >= last_needed && self.count >= step.min {
                let surplus = if index == last_needed {
                    self.count - step.min
                } else {
                    self.count
                };
                if self.complete.is_none() {
                    self.complete = Some(self.place - u64::from(surplus));
                    if self.is_placeholder(context, shape, steps) {
                        self.fail();
                        return;
                    }
                }
                if !shape.trail && !checked {
                    self.accepted = Some(self.place);
                }
            }
            if more {
                return;
            }
            if self.count < step.min {
                self.state = LiveState::Done;
                return;
            }
            self.step += 1;
            self.count = 0;
        }
        self.close(context, shape, steps);
    }

    /// Whether what had to come is no credential, but stands where one would.
    fn is_placeholder(&self, context: &Context<'_>, shape: &Shape, steps: &[Step]) -> bool {
        let end = match self.complete {
            Some(end) if !cfg!(sabotage = "placeholder-judged-whole") => end,
            _ => self.place,
        };
        let length = end - self.start;
        let head = context.from(self.start);
        let head = head.get(..usize::try_from(length).unwrap_or(usize::MAX));
        let steps = steps.get(usize::from(shape.skip)..).unwrap_or_default();
        is_placeholder(context.table, steps, head.unwrap_or_default())
            && !cfg!(sabotage = "placeholder-is-a-finding")
    }

    /// It is no match, and would be none if it ended elsewhere.
    fn fail(&mut self) {
        self.state = LiveState::Done;
        self.accepted = None;
        self.complete = None;
    }

    /// Takes bytes of one step; whether the next byte may still belong to it.
    fn run(&mut self, context: &Context<'_>, step: &Step) -> bool {
        let set = context.table.set(step.set);
        let rest = context.from(self.place);
        let room = if step.max == UNBOUNDED {
            usize::MAX
        } else {
            usize::try_from(step.max - self.count.min(step.max)).unwrap_or(usize::MAX)
        };
        let taken = if room <= SHORT {
            let near = rest.iter().take(room);
            near.take_while(|&&byte| set.contains(byte)).count()
        } else {
            context.runs.measure(step.set, set, self.place, rest, room)
        };
        self.place += taken as u64;
        // An unbounded run may be longer than a count: what matters is that `min` was reached.
        self.count = self
            .count
            .saturating_add(u32::try_from(taken).unwrap_or(u32::MAX))
            .min(UNBOUNDED - 1);
        taken < room && taken == rest.len() && !context.ended
    }

    /// All steps are through: the edge decides.
    fn close(&mut self, context: &Context<'_>, shape: &Shape, steps: &[Step]) {
        let end = if shape.trail && context.edges {
            match context.from(self.place).first() {
                None if !context.ended => return,
                Some(byte) if is_word(*byte) => {
                    if context.known <= self.place {
                        return;
                    }
                    let from = self.complete.unwrap_or(self.place);
                    if cfg!(sabotage = "label-edge-ignored") {
                        None
                    } else {
                        context
                            .hits
                            .last_start_in(from.max(self.start + 1), self.place)
                    }
                }
                _ => Some(self.place),
            }
        } else {
            Some(self.place)
        };
        self.state = LiveState::Done;
        let rule = context.table.rules.get(usize::from(shape.rule));
        let (Some(end), Some(rule)) = (end, rule) else {
            return;
        };
        self.accepted = Some(end);
        if let Some(check) = rule.check {
            let bytes = context.from(self.start);
            let length = usize::try_from(end - self.start).unwrap_or(0);
            let bytes = bytes.get(..length).unwrap_or_default();
            let steps = steps.get(usize::from(shape.skip)..).unwrap_or_default();
            let over = spelt(context.table, steps, bytes, check.over);
            let equals = spelt(context.table, steps, bytes, check.equals);
            self.checksum = verify(check.algorithm, &over, &equals);
            let unsure = self.checksum.confidence(rule) < context.least
                && !cfg!(sabotage = "confidence-ignored");
            if rule.gate && self.checksum == Checksum::Wrong || unsure {
                self.accepted = None;
            }
        }
    }

    fn advance_form(&mut self, context: &Context<'_>, index: u32) {
        let Some(form) = context.values.and_then(|it| it.form(index)) else {
            self.state = LiveState::Done;
            return;
        };
        if self.step == 0 {
            let done = usize::try_from(self.place - self.start).unwrap_or(usize::MAX);
            let wanted = form.bytes().get(done..).unwrap_or_default();
            let rest = context.from(self.place);
            let length = wanted.len().min(rest.len());
            if common(wanted, rest) < length {
                self.state = LiveState::Done;
                return;
            }
            self.place += length as u64;
            if length < wanted.len() {
                if context.ended {
                    self.state = LiveState::Done;
                }
                return;
            }
            self.accepted = Some(self.place);
            self.step = 1;
            self.count = if form.partial() { 0 } else { 3 };
        }
        // Behind base64: the character that the value decides only in part, then padding.
        while self.count < 3 {
            match context.from(self.place).first() {
                None if !context.ended => return,
                Some(&byte) if self.count == 0 && is_base64(byte) => {}
                Some(b'=') => self.count = self.count.max(1),
                _ => break,
            }
            self.place += 1;
            self.count += 1;
            self.accepted = Some(self.place);
        }
        self.state = LiveState::Done;
    }

    /// Goes on to the end of a value that a name gives away. Behind what was judged white space ends it
    /// too.
    fn advance_named(&mut self, context: &Context<'_>, quote: Quote) {
        let rest = context.from(self.place);
        let judged = u64::from(NAMED_WINDOW).saturating_sub(self.place - self.start);
        let judged = usize::try_from(judged).unwrap_or(0);
        let most = match quote {
            Quote::Address => judged,
            _ => usize::MAX,
        };
        let reach = quote.reach(rest, most, context.ended);
        let taken = rest.get(..reach.length).unwrap_or_default();
        let free = taken.get(judged..).unwrap_or_default();
        let mut free = free.iter().filter(|_| !quote.has_several());
        let blank = free.position(u8::is_ascii_whitespace);
        let taken = taken.get(..blank.map_or(taken.len(), |at| judged + at));
        let taken = taken.unwrap_or_default();
        self.place += taken.len() as u64;
        // What ends a sentence belongs to it, unless something follows.
        let is_bare = matches!(quote, Quote::None | Quote::Commas);
        let is_end = |byte: &&u8| is_bare && matches!(byte, b'.' | b':');
        let ends = taken.iter().rev().take_while(is_end).count();
        let before = if ends == taken.len() { self.count } else { 0 };
        self.count = before.saturating_add(u32::try_from(ends).unwrap_or(0));
        self.accepted = Some(self.place - u64::from(self.count));
        if reach.over || blank.is_some() {
            self.state = LiveState::Done;
        }
    }

    /// Goes on to the end of a key of which each line stands behind something. What stands there is kept as two
    /// numbers.
    fn advance_lines(&mut self, context: &Context<'_>) {
        if self.complete.is_none() {
            match lines::first(context.table, context.from(self.start), context.ended) {
                lines::First::At(end, frame) => {
                    let (count, complete) = frame.numbers();
                    (self.count, self.complete) = (count, Some(complete));
                    self.place = self.start + end as u64;
                }
                lines::First::More => return,
                lines::First::Nothing => {
                    self.state = LiveState::Done;
                    return;
                }
            }
        }
        let frame = lines::Frame::numbered(self.count, self.complete.unwrap_or(0));
        let rest = context.from(self.place);
        let next = lines::next(context.table, frame, rest, self.step > 0, context.ended);
        self.place += next.end as u64;
        self.step = u16::from(next.short);
        // What the form of the block finds may be allowed, if it is not too long.
        if next.beyond || self.accepted.is_some() || self.length() >= CONTEST {
            self.accepted = Some(self.place);
        }
        if next.over {
            self.state = LiveState::Done;
            if self.accepted.is_none() {
                // It is none wherever it ends.
                self.fail();
            }
        }
    }

    /// Goes on to the end of a run that is decided already, and over its padding.
    fn advance_wrapping(&mut self, context: &Context<'_>, kind: Kind) {
        if let Kind::Named(Quote::Lines) = kind {
            return self.advance_lines(context);
        }
        if let Kind::Named(quote) = kind {
            return self.advance_named(context, quote);
        }
        let rest = context.from(self.place);
        let mut taken = 0;
        if self.step == 0 {
            taken = kind.length(rest);
            self.step = u16::from(taken < rest.len());
        }
        let room = match kind {
            Kind::Word => PADDING.saturating_sub(usize::try_from(self.count).unwrap_or(PADDING)),
            Kind::Percent | Kind::Named(_) => 0,
        };
        let behind = rest.get(taken..).unwrap_or_default();
        let padding = behind
            .iter()
            .take(room)
            .take_while(|&&byte| byte == b'=')
            .count();
        self.count += u32::try_from(padding).unwrap_or(0);
        taken += padding;
        self.place += taken as u64;
        self.accepted = Some(self.place);
        if context.ended || taken < rest.len() || self.step == 1 && padding == room {
            self.state = LiveState::Done;
        }
    }
}

/// The bytes of `bytes` that lie in one of these groups. Runs are deterministic, so walking
/// them again finds the same groups.
pub(super) fn spelt(table: &Table, steps: &[Step], bytes: &[u8], groups: u8) -> Vec<u8> {
    let mut rest = bytes;
    let mut out = Vec::new();
    for step in steps {
        let set = table.set(step.set);
        let room = usize::try_from(step.max).unwrap_or(usize::MAX);
        let taken = rest
            .iter()
            .take(room)
            .take_while(|&&byte| set.contains(byte))
            .count();
        let (head, tail) = rest.split_at_checked(taken).unwrap_or((rest, &[]));
        if step.groups & groups != 0 {
            out.extend_from_slice(head);
        }
        rest = tail;
    }
    out
}

/// A byte of `[0-9A-Za-z_]`.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

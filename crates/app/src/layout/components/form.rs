//! Fields: a label, the control, a hint, and beside it what is wrong and how to mend it.
//!
//! Each takes the [`Form`], so what was typed stands there again after an error.

use std::borrow::Cow;

use maud::{Markup, Render, html};

use crate::kernel::form::Form;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;

type Text = Cow<'static, str>;

/// A one-line field.
#[derive(Clone, Debug)]
pub struct Field {
    name: &'static str,
    label: Text,
    kind: &'static str,
    hint: Option<Text>,
    placeholder: Option<Text>,
    autocomplete: Option<&'static str>,
    inputmode: Option<&'static str>,
    list: Option<&'static str>,
    required: bool,
    autofocus: bool,
    short: bool,
}

impl Field {
    /// A text field called `name` in the form.
    pub fn text(name: &'static str, label: impl Into<Text>) -> Field {
        Field {
            name,
            label: label.into(),
            kind: "text",
            hint: None,
            placeholder: None,
            autocomplete: None,
            inputmode: None,
            list: None,
            required: false,
            autofocus: false,
            short: false,
        }
    }

    /// Another type of input: `email`, `tel`, `password`, `date`, `datetime-local`, `number`, `search`.
    pub fn kind(mut self, kind: &'static str) -> Field {
        self.kind = kind;
        self
    }

    pub fn hint(mut self, hint: impl Into<Text>) -> Field {
        self.hint = Some(hint.into());
        self
    }

    pub fn placeholder(mut self, text: impl Into<Text>) -> Field {
        self.placeholder = Some(text.into());
        self
    }

    pub fn autocomplete(mut self, value: &'static str) -> Field {
        self.autocomplete = Some(value);
        self
    }

    /// The keyboard that a phone offers: `numeric`, `tel`, `decimal`.
    pub fn inputmode(mut self, value: &'static str) -> Field {
        self.inputmode = Some(value);
        self
    }

    /// The id of a `datalist` with proposals.
    pub fn list(mut self, id: &'static str) -> Field {
        self.list = Some(id);
        self
    }

    pub fn required(mut self) -> Field {
        self.required = true;
        self
    }

    pub fn autofocus(mut self) -> Field {
        self.autofocus = true;
        self
    }

    /// A narrow field, for codes, numbers and dates.
    pub fn short(mut self) -> Field {
        self.short = true;
        self
    }

    /// The field as it stands in `form`.
    pub fn of(&self, form: &Form, l: &L10n) -> Markup {
        let secret = self.kind == "password";
        let described = described_by(self.name, self.hint.is_some(), form);
        wrap(
            self.name,
            &self.label,
            self.required,
            self.hint.as_deref(),
            self.short,
            form,
            l,
            html! {
                input class="input" id=(id(self.name)) name=(self.name) type=(self.kind)
                    value=[(!secret).then(|| form.get(self.name))]
                    required[self.required] autofocus[self.autofocus]
                    placeholder=[self.placeholder.as_deref()] autocomplete=[self.autocomplete]
                    inputmode=[self.inputmode] list=[self.list]
                    aria-invalid=[form.problem(self.name).map(|_| "true")] aria-describedby=[described];
            },
        )
    }
}

/// A field of several lines.
#[derive(Clone, Debug)]
pub struct TextArea {
    field: Field,
    rows: u8,
}

impl TextArea {
    pub fn new(name: &'static str, label: impl Into<Text>) -> TextArea {
        TextArea { field: Field::text(name, label), rows: 4 }
    }

    pub fn rows(mut self, rows: u8) -> TextArea {
        self.rows = rows;
        self
    }

    pub fn hint(mut self, hint: impl Into<Text>) -> TextArea {
        self.field.hint = Some(hint.into());
        self
    }

    pub fn placeholder(mut self, text: impl Into<Text>) -> TextArea {
        self.field.placeholder = Some(text.into());
        self
    }

    pub fn required(mut self) -> TextArea {
        self.field.required = true;
        self
    }

    pub fn of(&self, form: &Form, l: &L10n) -> Markup {
        let field = &self.field;
        let described = described_by(field.name, field.hint.is_some(), form);
        wrap(
            field.name,
            &field.label,
            field.required,
            field.hint.as_deref(),
            false,
            form,
            l,
            html! {
                textarea class="input" id=(id(field.name)) name=(field.name) rows=(self.rows)
                    required[field.required] placeholder=[field.placeholder.as_deref()]
                    aria-invalid=[form.problem(field.name).map(|_| "true")] aria-describedby=[described] {
                    (form.get(field.name))
                }
            },
        )
    }
}

/// A choice of one (or several) from a list that opens.
#[derive(Clone, Debug)]
pub struct Select {
    name: &'static str,
    label: Text,
    options: Vec<(String, String)>,
    hint: Option<Text>,
    empty: Option<Text>,
    required: bool,
}

impl Select {
    /// `options` are pairs of value and word.
    pub fn new(
        name: &'static str,
        label: impl Into<Text>,
        options: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Select {
        let options = options.into_iter().map(|(value, word)| (value.into(), word.into())).collect();
        Select { name, label: label.into(), options, hint: None, empty: None, required: false }
    }

    pub fn hint(mut self, hint: impl Into<Text>) -> Select {
        self.hint = Some(hint.into());
        self
    }

    /// A first line with an empty value.
    pub fn empty(mut self, word: impl Into<Text>) -> Select {
        self.empty = Some(word.into());
        self
    }

    pub fn required(mut self) -> Select {
        self.required = true;
        self
    }

    pub fn of(&self, form: &Form, l: &L10n) -> Markup {
        let chosen = form.get(self.name);
        let described = described_by(self.name, self.hint.is_some(), form);
        wrap(
            self.name,
            &self.label,
            self.required,
            self.hint.as_deref(),
            false,
            form,
            l,
            html! {
                select class="input" id=(id(self.name)) name=(self.name) required[self.required]
                    aria-invalid=[form.problem(self.name).map(|_| "true")] aria-describedby=[described] {
                    @if let Some(word) = &self.empty { option value="" { (word) } }
                    @for (value, word) in &self.options {
                        option value=(value) selected[value == chosen] { (word) }
                    }
                }
            },
        )
    }
}

/// A few choices that are all in sight: one (radio) or several (check boxes) of them.
#[derive(Clone, Debug)]
pub struct Choice {
    name: &'static str,
    label: Text,
    options: Vec<(String, String, Option<String>)>,
    hint: Option<Text>,
    several: bool,
    required: bool,
    unmarked: bool,
}

impl Choice {
    /// One of `options`, pairs of value and word.
    pub fn one(
        name: &'static str,
        label: impl Into<Text>,
        options: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Choice {
        let options = options.into_iter().map(|(value, word)| (value.into(), word.into(), None)).collect();
        Choice {
            name,
            label: label.into(),
            options,
            hint: None,
            several: false,
            required: false,
            unmarked: false,
        }
    }

    /// Any number of `options`.
    pub fn several(
        name: &'static str,
        label: impl Into<Text>,
        options: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Choice {
        Choice { several: true, ..Choice::one(name, label, options) }
    }

    /// A line under each option, in the same order.
    pub fn explained(mut self, lines: impl IntoIterator<Item = impl Into<String>>) -> Choice {
        for (option, line) in self.options.iter_mut().zip(lines) {
            option.2 = Some(line.into());
        }
        self
    }

    pub fn hint(mut self, hint: impl Into<Text>) -> Choice {
        self.hint = Some(hint.into());
        self
    }

    /// Needed in some cases only, which the rule tells: neither the browser asks for it nor is it called optional.
    pub fn unmarked(mut self) -> Choice {
        self.unmarked = true;
        self
    }

    pub fn required(mut self) -> Choice {
        self.required = true;
        self
    }

    pub fn of(&self, form: &Form, l: &L10n) -> Markup {
        let chosen: Vec<&str> = form.all(self.name).collect();
        let kind = if self.several { "checkbox" } else { "radio" };
        html! {
            fieldset class="field choice" id=(id(self.name))
                aria-describedby=[described_by(self.name, self.hint.is_some(), form)] {
                legend class="label" { (self.label) (optional_mark(self.required || self.several || self.unmarked, l)) }
                @for (value, word, line) in &self.options {
                    label class="option" {
                        input type=(kind) name=(self.name) value=(value)
                            checked[chosen.contains(&value.as_str())] required[self.required && !self.several];
                        span { (word) @if let Some(line) = line { small { (line) } } }
                    }
                }
                (below(self.name, self.hint.as_deref(), form, l))
            }
        }
    }
}

/// A single yes or no.
#[derive(Clone, Debug)]
pub struct Check {
    name: &'static str,
    label: Text,
    hint: Option<Text>,
}

impl Check {
    /// The form holds `yes` when it is ticked.
    pub fn new(name: &'static str, label: impl Into<Text>) -> Check {
        Check { name, label: label.into(), hint: None }
    }

    pub fn hint(mut self, hint: impl Into<Text>) -> Check {
        self.hint = Some(hint.into());
        self
    }

    pub fn of(&self, form: &Form, l: &L10n) -> Markup {
        html! {
            div class="field" {
                label class="option" {
                    input type="checkbox" id=(id(self.name)) name=(self.name) value="yes"
                        checked[form.get(self.name) == "yes"];
                    span { (self.label) }
                }
                (below(self.name, self.hint.as_deref(), form, l))
            }
        }
    }
}

/// A field that looks up what is being typed: the id goes into `name`, the words into `name_text`.
///
/// The address in `source` answers `?q=…` with JSON `[{"id":"7","text":"…","note":"…"}]`. Without a
/// script the words are sent and the handler looks them up.
#[derive(Clone, Debug)]
pub struct Combobox {
    name: &'static str,
    label: Text,
    source: String,
    hint: Option<Text>,
    placeholder: Option<Text>,
    depends_on: Option<&'static str>,
    required: bool,
    autofocus: bool,
}

impl Combobox {
    pub fn new(name: &'static str, label: impl Into<Text>, source: impl Into<String>) -> Combobox {
        Combobox {
            name,
            label: label.into(),
            source: source.into(),
            hint: None,
            placeholder: None,
            depends_on: None,
            required: false,
            autofocus: false,
        }
    }

    pub fn hint(mut self, hint: impl Into<Text>) -> Combobox {
        self.hint = Some(hint.into());
        self
    }

    pub fn placeholder(mut self, text: impl Into<Text>) -> Combobox {
        self.placeholder = Some(text.into());
        self
    }

    /// Sends the value of another field of the same form along: a site of the chosen customer.
    pub fn depends_on(mut self, name: &'static str) -> Combobox {
        self.depends_on = Some(name);
        self
    }

    pub fn required(mut self) -> Combobox {
        self.required = true;
        self
    }

    pub fn autofocus(mut self) -> Combobox {
        self.autofocus = true;
        self
    }

    pub fn of(&self, form: &Form, l: &L10n) -> Markup {
        let text_name = format!("{}_text", self.name);
        let list = format!("{}-list", id(self.name));
        wrap(
            self.name,
            &self.label,
            self.required,
            self.hint.as_deref(),
            false,
            form,
            l,
            html! {
                div class="combobox" data-combobox=(self.source) data-depends=[self.depends_on] {
                    input type="hidden" name=(self.name) value=(form.get(self.name));
                    input class="input" id=(id(self.name)) name=(text_name) type="text" role="combobox"
                        value=(form.get(&text_name)) autocomplete="off" spellcheck="false"
                        aria-expanded="false" aria-autocomplete="list" aria-controls=(list)
                        required[self.required] autofocus[self.autofocus]
                        placeholder=[self.placeholder.as_deref()]
                        aria-invalid=[form.problem(self.name).map(|_| "true")]
                        aria-describedby=[described_by(self.name, self.hint.is_some(), form)];
                    ul class="combobox-list" id=(list) role="listbox" aria-label=(self.label) hidden {}
                }
            },
        )
    }
}

/// A place to drop, paste or choose files; the phone offers its camera.
#[derive(Clone, Debug)]
pub struct FileDrop {
    name: &'static str,
    label: Text,
    hint: Option<Text>,
    accept: Option<&'static str>,
    several: bool,
}

impl FileDrop {
    pub fn new(name: &'static str, label: impl Into<Text>) -> FileDrop {
        FileDrop { name, label: label.into(), hint: None, accept: None, several: false }
    }

    pub fn hint(mut self, hint: impl Into<Text>) -> FileDrop {
        self.hint = Some(hint.into());
        self
    }

    /// Media types or endings, as in the `accept` attribute.
    pub fn accept(mut self, kinds: &'static str) -> FileDrop {
        self.accept = Some(kinds);
        self
    }

    pub fn several(mut self) -> FileDrop {
        self.several = true;
        self
    }

    pub fn of(&self, form: &Form, l: &L10n) -> Markup {
        html! {
            div class="field" {
                div class="drop" data-drop {
                    (icon(Icon::Attach))
                    label for=(id(self.name)) { (self.label) }
                    input type="file" id=(id(self.name)) name=(self.name) accept=[self.accept]
                        multiple[self.several]
                        aria-describedby=[described_by(self.name, self.hint.is_some(), form)];
                    p class="drop-help" { (l.t("drop-help")) }
                    ul class="drop-list" hidden {}
                }
                (below(self.name, self.hint.as_deref(), form, l))
            }
        }
    }
}

/// The button that sends the form.
pub fn submit(word: impl Render) -> Markup {
    html! { button class="button primary" type="submit" { (word) } }
}

/// What is wrong with the form, above it, with a link to each field.
pub fn error_summary(form: &Form, l: &L10n) -> Markup {
    let problems = form.problems();
    html! {
        @if !problems.is_empty() {
            div class="problems" role="alert" tabindex="-1" data-focus {
                strong { (icon(Icon::Late)) (l.ta("form-problems", &[("n", problems.len().into())])) }
                ul {
                    @for problem in problems {
                        li { a href={ "#" (id(problem.field)) } { (form.words(problem, l)) } }
                    }
                }
            }
        }
    }
}

fn id(name: &str) -> String {
    format!("f-{name}")
}

fn described_by(name: &str, hint: bool, form: &Form) -> Option<String> {
    match (form.problem(name).is_some(), hint) {
        (true, true) => Some(format!("f-{name}-error f-{name}-hint")),
        (true, false) => Some(format!("f-{name}-error")),
        (false, true) => Some(format!("f-{name}-hint")),
        (false, false) => None,
    }
}

fn optional_mark(required: bool, l: &L10n) -> Markup {
    html! { @if !required { span class="optional" { (l.t("form-optional")) } } }
}

#[allow(clippy::too_many_arguments)]
fn wrap(
    name: &str,
    label: &str,
    required: bool,
    hint: Option<&str>,
    short: bool,
    form: &Form,
    l: &L10n,
    control: Markup,
) -> Markup {
    html! {
        div class={ "field" @if short { " short" } @if form.problem(name).is_some() { " wrong" } } {
            label class="label" for=(id(name)) { (label) (optional_mark(required, l)) }
            (control)
            (below(name, hint, form, l))
        }
    }
}

fn below(name: &str, hint: Option<&str>, form: &Form, l: &L10n) -> Markup {
    html! {
        @if let Some(problem) = form.problem(name) {
            p class="error" id={ (id(name)) "-error" } { (icon(Icon::Late)) span { (form.words(problem, l)) } }
        }
        @if let Some(hint) = hint { p class="hint" id={ (id(name)) "-hint" } { (hint) } }
    }
}

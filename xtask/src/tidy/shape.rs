//! Measures Rust source: how long and deep functions are, how many parameters they take.

use super::lexer::{self, Token};

/// What was measured of one function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    /// The line of `fn`, counted from 1.
    pub line: usize,
    pub lines: usize,
    /// Control structures and closures inside one another; a match and its arm count once, the
    /// inside of a macro (a page's markup) not at all.
    pub nesting: usize,
    /// Without the receiver.
    pub parameters: usize,
    /// Stands in a `#[cfg(test)]` module.
    pub test: bool,
}

/// What was measured of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    pub functions: Vec<Function>,
    /// Lines without test modules and without long tables (a `const` or `static` of over ten lines).
    pub lines: usize,
}

/// A table shorter than this counts like any other code.
const TABLE_LINES: usize = 10;

/// Measures a source file. Text that is no Rust gives some figures, never a panic.
pub fn measure(source: &str) -> Shape {
    let tokens = lexer::tokens(source);
    let mut walk =
        Walk { tokens: &tokens, stack: vec![Frame::new(Kind::Plain)], shape: Shape::default(), excluded: 0 };
    for at in 0..tokens.len() {
        walk.step(at);
    }
    let mut shape = walk.shape;
    shape.lines = source.lines().count().saturating_sub(walk.excluded);
    shape
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A body, a module, a match arm: no nesting of its own.
    Plain,
    /// `if`, `match`, a loop, a closure with a block.
    Control,
    /// A struct literal or pattern: what comes after still belongs to what came before.
    Literal,
    /// Parentheses and square brackets.
    Round,
    Macro,
    TestModule,
    /// Index into the functions found.
    Function(usize),
}

/// One open bracket, and what has been seen in it since the current statement began.
#[derive(Clone, Copy, Debug)]
struct Frame {
    kind: Kind,
    line: usize,
    control: bool,
    /// `let` without its `=` yet, or `for` without its `in` yet: a brace is a pattern's.
    pattern: bool,
    test: bool,
    test_module: bool,
    table_line: Option<usize>,
    function: Option<usize>,
}

impl Frame {
    fn new(kind: Kind) -> Frame {
        Frame {
            kind,
            line: 0,
            control: false,
            pattern: false,
            test: false,
            test_module: false,
            table_line: None,
            function: None,
        }
    }

    fn end_statement(&mut self) {
        *self = Frame { line: self.line, ..Frame::new(self.kind) };
    }
}

struct Walk<'a> {
    tokens: &'a [Token<'a>],
    stack: Vec<Frame>,
    shape: Shape,
    excluded: usize,
}

impl Walk<'_> {
    fn step(&mut self, at: usize) {
        let Token { text, line } = self.tokens[at];
        match text {
            "(" | "[" => self.open(Kind::Round, line),
            ")" | "]" => self.close(line),
            "{" => self.open(self.kind_of_brace(at), line),
            "}" => self.close(line),
            ";" | "," | "=>" => self.end_statement(text, line),
            _ => self.word(at),
        }
    }

    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text)
    }

    fn top(&mut self) -> &mut Frame {
        if self.stack.is_empty() {
            self.stack.push(Frame::new(Kind::Plain));
        }
        let last = self.stack.len() - 1;
        &mut self.stack[last]
    }

    fn word(&mut self, at: usize) {
        let Token { text, line } = self.tokens[at];
        let next = self.text(at + 1).to_owned();
        let in_block = self.stack.last().is_none_or(|frame| frame.kind != Kind::Round);
        match text {
            "if" | "match" | "while" | "loop" | "else" => self.top().control = true,
            "for" if next != "<" => {
                self.top().control = true;
                self.top().pattern = true;
            }
            "let" => self.top().pattern = true,
            "=" | "in" => self.top().pattern = false,
            "test" if self.text(at.wrapping_sub(2)) == "cfg" => {
                // Inside the attribute's own brackets; the statement is two brackets further out.
                let outer = self.stack.len().saturating_sub(3);
                self.stack[outer].test = true;
            }
            "mod" if self.top().test => self.top().test_module = true,
            "const" | "static" if in_block && next != "fn" && next != "unsafe" => {
                self.top().table_line.get_or_insert(line);
            }
            "fn" if next.starts_with(|letter: char| letter.is_alphabetic() || letter == '_') => {
                self.function(at)
            }
            _ => {}
        }
    }

    fn function(&mut self, at: usize) {
        let function = Function {
            name: self.text(at + 1).to_owned(),
            line: self.tokens[at].line,
            lines: 1,
            nesting: 0,
            parameters: parameters(&self.tokens[at + 2..]),
            test: self.stack.iter().any(|frame| frame.kind == Kind::TestModule),
        };
        self.shape.functions.push(function);
        let index = self.shape.functions.len() - 1;
        self.top().table_line = None;
        self.top().function = Some(index);
    }

    fn kind_of_brace(&self, at: usize) -> Kind {
        let Some(frame) = self.stack.last() else { return Kind::Plain };
        let before = self.text(at.wrapping_sub(1));
        let macro_call = before == "!"
            || self.text(at.wrapping_sub(2)) == "!" && self.text(at.wrapping_sub(3)) == "macro_rules";
        match frame.kind {
            _ if macro_call => Kind::Macro,
            Kind::Macro => Kind::Macro,
            _ if frame.function.is_some() => frame.function.map_or(Kind::Plain, Kind::Function),
            _ if frame.test_module => Kind::TestModule,
            _ if frame.pattern => Kind::Literal,
            _ if frame.control || matches!(before, "|" | "||") => Kind::Control,
            _ if before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '>')
                && !is_keyword(before) =>
            {
                Kind::Literal
            }
            _ => Kind::Plain,
        }
    }

    fn open(&mut self, kind: Kind, line: usize) {
        self.stack.push(Frame { line, ..Frame::new(kind) });
        if kind != Kind::Control {
            return;
        }
        let inner = self.stack.iter().rposition(|frame| matches!(frame.kind, Kind::Function(_)));
        let Some((start, Kind::Function(index))) = inner.map(|at| (at, self.stack[at].kind)) else { return };
        let depth = self.stack[start..].iter().filter(|frame| frame.kind == Kind::Control).count();
        let function = &mut self.shape.functions[index];
        function.nesting = function.nesting.max(depth);
    }

    fn close(&mut self, line: usize) {
        let Some(frame) = self.stack.pop() else { return };
        match frame.kind {
            Kind::Function(index) => {
                let function = &mut self.shape.functions[index];
                function.lines = line + 1 - function.line;
                self.top().end_statement();
            }
            Kind::TestModule => {
                self.excluded += line + 1 - frame.line;
                self.top().end_statement();
            }
            Kind::Control | Kind::Plain => self.top().end_statement(),
            Kind::Literal | Kind::Round | Kind::Macro => {}
        }
    }

    fn end_statement(&mut self, sign: &str, line: usize) {
        let in_tests = self.stack.iter().any(|frame| frame.kind == Kind::TestModule);
        let frame = self.top();
        if let (";", Some(start)) = (sign, frame.table_line) {
            let lines = line + 1 - start;
            frame.table_line = None;
            if lines > TABLE_LINES && !in_tests {
                self.excluded += lines;
            }
        }
        let frame = self.top();
        if frame.table_line.is_none() && !(sign == "," && frame.function.is_some()) {
            frame.end_statement();
        }
    }
}

fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "unsafe" | "async" | "move" | "return" | "const" | "in" | "else" | "loop" | "dyn" | "mut" | "ref"
    )
}

/// Counts the parameters of the function whose tokens after its name are given.
fn parameters(tokens: &[Token<'_>]) -> usize {
    let Some(open) = opening(tokens) else { return 0 };
    let mut depth = 0_usize;
    let mut list: Vec<Vec<&str>> = vec![Vec::new()];
    for token in &tokens[open + 1..] {
        match token.text {
            ")" if depth == 0 => break,
            "," if depth == 0 => {
                list.push(Vec::new());
                continue;
            }
            "(" | "[" | "{" | "<" => depth += 1,
            ")" | "]" | "}" | ">" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if let Some(last) = list.last_mut() {
            last.push(token.text);
        }
    }
    let receiver =
        |words: &Vec<&str>| words.iter().take_while(|word| **word != ":").any(|word| *word == "self");
    list.iter().filter(|words| !words.is_empty() && !receiver(words)).count()
}

/// The parenthesis that opens the parameters: the first one outside the angle brackets of generics.
fn opening(tokens: &[Token<'_>]) -> Option<usize> {
    let mut angles = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "<" => angles += 1,
            ">" => angles = angles.saturating_sub(1),
            "(" if angles == 0 => return Some(at),
            "{" | ";" => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(source: &str) -> Function {
        let shape = measure(source);
        assert_eq!(shape.functions.len(), 1, "{shape:?}");
        shape.functions[0].clone()
    }

    #[test]
    fn lines_run_from_the_signature_to_the_brace() {
        let function = only("\nfn f(\n    a: u8,\n) -> u8 {\n    \"}\";\n    a\n}\n");
        assert_eq!((function.name.as_str(), function.line, function.lines), ("f", 2, 6));
    }

    #[test]
    fn parameters_are_counted_without_the_receiver() {
        assert_eq!(only("fn f() {}").parameters, 0);
        assert_eq!(only("fn f(&mut self, a: (u8, u8), b: Map<K, V>,) {}").parameters, 2);
        assert_eq!(
            only("fn f<F: Fn(u8, u8) -> u8>(a: F, (b, c): (u8, u8), g: impl Fn(u8, u8)) {}").parameters,
            3
        );
        assert_eq!(only("fn f(self: Arc<Self>, a: u8);").parameters, 1);
        assert_eq!(only("type T = fn(u8); fn f(a: fn(u8, u8)) {}").parameters, 1);
    }

    #[test]
    fn control_structures_nest_and_siblings_do_not() {
        let deep = "fn f() { if a { for b in c { match d { E => { while g { loop { h(); } } } } } } }";
        assert_eq!(only(deep).nesting, 5);
        let flat = "fn f() { if a { b(); } else if c { d(); } else { e(); } while g { h(); } loop {} }";
        assert_eq!(only(flat).nesting, 1);
    }

    #[test]
    fn patterns_and_literals_do_not_nest() {
        assert_eq!(only("fn f() { if let A { b } = c && let D { e } = g { h(S { i: 1 }) } }").nesting, 1);
        assert_eq!(only("fn f() { let A { b } = c else { return; }; for D { e } in g {} }").nesting, 1);
        assert_eq!(only("fn f() -> S { let x = S { a: T { b: U { c: 1 } } }; S { x } }").nesting, 0);
        assert_eq!(
            only("fn f() { match a { B { c } if c > 1 => { d() } E { g } => if g { h() } } }").nesting,
            2
        );
    }

    #[test]
    fn closures_nest_and_markup_does_not() {
        assert_eq!(only("fn f() { db.write(move |tx| { rows.map(|row| { if row { a() } }) }) }").nesting, 3);
        assert_eq!(
            only("fn f() { html! { div { @if a { p { @for b in c { li { (d) } } } } } } }").nesting,
            0
        );
        assert_eq!(only("fn f() { unsafe { a() } async move { { b() } } }").nesting, 0);
    }

    #[test]
    fn an_inner_function_starts_afresh() {
        let shape = measure("fn f() { if a { fn g() { if b {} } } }");
        assert_eq!(shape.functions.iter().map(|function| function.nesting).collect::<Vec<_>>(), [1, 1]);
    }

    #[test]
    fn test_modules_and_long_tables_do_not_count() {
        let source = format!(
            "fn f() {{}}\nconst A: [u8; 20] = [\n{}];\n#[cfg(test)]\nmod tests {{\n    fn g() {{}}\n}}\n",
            "    1,\n".repeat(20)
        );
        let shape = measure(&source);
        assert_eq!(shape.lines, 2, "the function and the attribute are left: {shape:?}");
        assert!(shape.functions[1].test && !shape.functions[0].test);
        assert_eq!(measure("const A: u8 = 1;\nfn f() {}\n").lines, 2);
    }

    #[test]
    fn implementations_are_not_loops() {
        let shape = measure(
            "impl<T> A for B<T> where T: C { fn f(&self) { if a {} } fn g<'a>(b: &'a dyn for<'c> D<'c>) { if e {} } }",
        );
        assert_eq!(
            shape
                .functions
                .iter()
                .map(|function| (function.nesting, function.parameters))
                .collect::<Vec<_>>(),
            [(1, 0), (1, 1)]
        );
    }

    #[test]
    fn broken_text_does_not_panic() {
        for text in ["}}}", "fn", "fn f(", "fn f<(", "#[cfg(test)]", "test", "match {", "\"", "'", "fn é {"]
        {
            measure(text);
        }
    }
}

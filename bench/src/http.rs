//! A client that speaks just enough HTTP/1.1 to keep a server busy: one connection, one request after the other.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longest that an answer may take before it counts as a failure.
const PATIENCE: Duration = Duration::from_secs(20);

/// One request, without what is the same for all of a person's requests.
pub struct Request {
    pub target: String,
    /// The body of a form that is sent; none for a page that is read.
    pub form: Option<String>,
    /// Whom a proxy in front would have seen ask.
    pub from: Option<String>,
}

impl Request {
    pub fn get(target: impl Into<String>) -> Request {
        Request { target: target.into(), form: None, from: None }
    }

    pub fn post(target: impl Into<String>, form: impl Into<String>) -> Request {
        Request { target: target.into(), form: Some(form.into()), from: None }
    }

    /// The same, asked by somebody else.
    pub fn from(self, address: String) -> Request {
        Request { from: Some(address), ..self }
    }
}

/// An answer.
#[derive(Default)]
pub struct Answer {
    pub status: u16,
    pub cookie: Option<String>,
    pub location: Option<String>,
    /// As it came: compressed when that was asked for.
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Whether answers are asked for as a browser does, or to be read by us.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Compressed, as every browser asks.
    Gzip,
    /// As text.
    Plain,
}

/// A connection that stays open.
pub struct Connection {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
    cookie: String,
    encoding: Encoding,
    line: String,
}

impl Connection {
    /// Opens a connection on which everything is asked for with `cookie` (`name=value`, may be empty).
    pub fn open(address: SocketAddr, cookie: &str, encoding: Encoding) -> Result<Connection, String> {
        let stream = connect(address)?;
        Ok(Connection { address, stream, cookie: cookie.to_owned(), encoding, line: String::new() })
    }

    /// Sends a request and reads the whole answer. After a failure the connection is opened anew.
    pub fn ask(&mut self, request: &Request) -> Result<Answer, String> {
        let outcome = self.exchange(request);
        if outcome.is_err() {
            self.stream = connect(self.address)?;
        }
        outcome
    }

    fn exchange(&mut self, request: &Request) -> Result<Answer, String> {
        let text = self.text(request);
        self.stream.get_mut().write_all(text.as_bytes()).map_err(told)?;
        self.read()
    }

    fn text(&self, request: &Request) -> String {
        let method = if request.form.is_some() { "POST" } else { "GET" };
        let mut text = format!(
            "{method} {} HTTP/1.1\r\nhost: {}\r\naccept: text/html\r\n",
            request.target, self.address
        );
        if !self.cookie.is_empty() {
            text.push_str(&format!("cookie: {}\r\n", self.cookie));
        }
        if self.encoding == Encoding::Gzip {
            text.push_str("accept-encoding: gzip, deflate, br\r\n");
        }
        text.push_str("accept-language: en-GB,en;q=0.7\r\nuser-agent: Mozilla/5.0 (bench)\r\n");
        text.push_str("sec-fetch-site: same-origin\r\nsec-fetch-mode: navigate\r\n");
        if let Some(address) = &request.from {
            text.push_str(&format!("x-forwarded-for: {address}\r\n"));
        }
        match &request.form {
            Some(form) => {
                text.push_str("content-type: application/x-www-form-urlencoded\r\n");
                text.push_str(&format!("content-length: {}\r\n\r\n{form}", form.len()));
            }
            None => text.push_str("\r\n"),
        }
        text
    }

    fn read(&mut self) -> Result<Answer, String> {
        let mut answer = Answer { status: self.status()?, ..Answer::default() };
        let (mut length, mut chunked) = (0, false);
        while let Some((name, value)) = self.header()? {
            match name.as_str() {
                "content-length" => length = value.parse().map_err(|_| "a length that is no number")?,
                "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
                "set-cookie" => answer.cookie = value.split(';').next().map(str::to_owned),
                "location" => answer.location = Some(value),
                _ => {}
            }
        }
        if chunked {
            while self.chunk(&mut answer.body)? > 0 {}
        } else {
            self.take(length, &mut answer.body)?;
        }
        Ok(answer)
    }

    fn status(&mut self) -> Result<u16, String> {
        self.next_line()?;
        let word = self.line.split(' ').nth(1).and_then(|word| word.trim().parse().ok());
        word.ok_or_else(|| format!("not HTTP: {:?}", self.line))
    }

    fn header(&mut self) -> Result<Option<(String, String)>, String> {
        self.next_line()?;
        let pair = self.line.split_once(':');
        Ok(pair.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())))
    }

    fn chunk(&mut self, body: &mut Vec<u8>) -> Result<usize, String> {
        self.next_line()?;
        let size = usize::from_str_radix(self.line.trim(), 16).map_err(|_| "a chunk without a size")?;
        self.take(size, body)?;
        self.next_line()?;
        Ok(size)
    }

    fn take(&mut self, length: usize, body: &mut Vec<u8>) -> Result<(), String> {
        let start = body.len();
        body.resize(start + length, 0);
        let place = body.get_mut(start..).unwrap_or_default();
        self.stream.read_exact(place).map_err(told)
    }

    fn next_line(&mut self) -> Result<(), String> {
        self.line.clear();
        match self.stream.read_line(&mut self.line).map_err(told)? {
            0 => Err("the server closed the connection".to_owned()),
            _ => Ok(()),
        }
    }
}

fn connect(address: SocketAddr) -> Result<BufReader<TcpStream>, String> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(told)?;
    stream.set_nodelay(true).map_err(told)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(told)?;
    Ok(BufReader::with_capacity(64 * 1024, stream))
}

fn told(error: std::io::Error) -> String {
    error.to_string()
}

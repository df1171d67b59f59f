//! The site that passkeys belong to.

/// One exact origin, and the name in it that passkeys are made for (the RP id).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    origin: String,
    name: String,
}

/// What was given is no address that passkeys can belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an address is https:// and a name in small letters, with a port if it has one, and no path; or http://localhost:PORT"
)]
pub struct NotASite;

impl Site {
    /// Reads an address as a browser writes it: `https://practice.example`, `http://localhost:8080`. Passkeys belong to
    /// names, so that an IP address is none; an unencrypted site is one only on the machine itself.
    ///
    /// # Errors
    /// [`NotASite`].
    pub fn of(address: &str) -> Result<Site, NotASite> {
        let (scheme, rest) = address.split_once("://").ok_or(NotASite)?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (name, port) = rest.split_once(':').map_or((rest, None), |(name, port)| (name, Some(port)));
        let usual = match scheme {
            "https" => 443,
            "http" if name == "localhost" => 80,
            _ => return Err(NotASite),
        };
        if !is_name(name) {
            return Err(NotASite);
        }
        let origin = match port.map(number).transpose()? {
            // A browser leaves the usual port away.
            Some(port) if port != usual => format!("{scheme}://{name}:{port}"),
            _ => format!("{scheme}://{name}"),
        };
        Ok(Site { origin, name: name.to_owned() })
    }

    /// The exact origin, without a slash at its end.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The name that passkeys are made for.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl std::str::FromStr for Site {
    type Err = NotASite;

    fn from_str(text: &str) -> Result<Site, NotASite> {
        Site::of(text)
    }
}

fn number(port: &str) -> Result<u16, NotASite> {
    let plain = !port.starts_with('0') && port.bytes().all(|byte| byte.is_ascii_digit());
    port.parse().ok().filter(|_| plain).ok_or(NotASite)
}

/// Whether it is a name of the domain system: its last part is no number, since that would be an IP address.
fn is_name(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let part = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(letter)
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.len() <= 253 && text.split('.').all(part) && !last.bytes().all(|byte| byte.is_ascii_digit())
}

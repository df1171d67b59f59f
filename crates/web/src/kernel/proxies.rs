//! Whose request it is when a proxy hands it on.
//!
//! A proxy writes the address of whoever asked it behind what already stood in `X-Forwarded-For`. Only what a trusted
//! proxy wrote counts: from the right, the first address that is not itself a trusted proxy's. What stands further left
//! was said by the caller, who may say anything.

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

const HEADER: &str = "x-forwarded-for";

/// A range of addresses in which proxies stand that are believed: `10.0.0.0/8`, `fd00::/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    bits: u32,
}

/// What was given is no range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a network is an address, or an address with the length of its prefix: 10.1.2.3, 10.1.2.0/24, fd00::/8"
)]
pub struct NotANetwork;

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Network, NotANetwork> {
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let first: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_| NotANetwork))?;
        if bits > most { Err(NotANetwork) } else { Ok(Network { first, bits }) }
    }
}

impl Network {
    fn holds(self, address: IpAddr) -> bool {
        let beyond = |width: u32, differing: u128| differing.checked_shr(width - self.bits).unwrap_or(0) == 0;
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                beyond(32, u128::from(first.to_bits() ^ address.to_bits()))
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => beyond(128, first.to_bits() ^ address.to_bits()),
            _ => false,
        }
    }
}

/// The proxies that are believed. None by default: then the header is never read.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Arc<[Network]>);

impl From<&[Network]> for Proxies {
    fn from(networks: &[Network]) -> Proxies {
        Proxies(networks.into())
    }
}

impl Proxies {
    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }

    /// The caller behind `peer`: the rightmost address that is not a trusted proxy's. An entry that is no address ends
    /// the search, and the proxy that passed it on is the caller.
    fn caller(&self, peer: SocketAddr, headers: &HeaderMap) -> SocketAddr {
        if !self.trusts(peer.ip()) {
            return peer;
        }
        let lines: Vec<_> =
            headers.get_all(HEADER).iter().map(|value| value.to_str().unwrap_or("?")).collect();
        let mut caller = peer;
        for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            let Some(address) = address_in(entry.trim()) else { break };
            caller = address;
            if !self.trusts(caller.ip()) {
                break;
            }
        }
        caller
    }
}

/// An address, with or without a port; IPv6 with a port stands in brackets.
fn address_in(entry: &str) -> Option<SocketAddr> {
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    entry.parse().ok().or_else(|| Some(SocketAddr::new(bare.parse().ok()?, 0)))
}

/// Puts the caller in the place of the proxy, before anything else asks who it is.
pub async fn behind(State(proxies): State<Proxies>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let caller = proxies.caller(peer, request.headers());
        request.extensions_mut().insert(ConnectInfo(caller));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt;

    /// Who a handler believes it talks to.
    async fn seen(trusted: &[&str], peer: &str, said: &[&str]) -> String {
        let networks: Vec<Network> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        let handler = |ConnectInfo(caller): ConnectInfo<SocketAddr>| async move { caller.ip().to_string() };
        let layer = from_fn_with_state(Proxies::from(networks.as_slice()), behind);
        let mut request = Request::builder().uri("/");
        for line in said {
            request = request.header("X-Forwarded-For", *line);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4000)));
        let answer = Router::new().route("/", get(handler)).layer(layer).oneshot(request).await.unwrap();
        String::from_utf8(to_bytes(answer.into_body(), 1000).await.unwrap().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a5_what_strangers_say_about_their_address_is_not_believed() {
        assert_eq!(seen(&[], "203.0.113.9", &["198.51.100.1"]).await, "203.0.113.9");
        assert_eq!(seen(&[], "127.0.0.1", &["198.51.100.1"]).await, "127.0.0.1");
        assert_eq!(seen(&["10.0.0.0/8"], "203.0.113.9", &["198.51.100.1"]).await, "203.0.113.9");
        // What the caller said stands left of what the proxy wrote.
        assert_eq!(seen(&["10.0.0.0/8"], "10.0.0.1", &["1.1.1.1, 198.51.100.1"]).await, "198.51.100.1");
        assert_eq!(seen(&["10.0.0.0/8"], "10.0.0.1", &["1.1.1.1", "198.51.100.1"]).await, "198.51.100.1");
    }

    #[tokio::test]
    async fn a5_behind_trusted_proxies_the_rightmost_address_that_is_none_counts() {
        let two = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(seen(&two, "10.0.0.1", &["198.51.100.1, 10.9.9.9, fd00::7"]).await, "198.51.100.1");
        assert_eq!(seen(&two, "::ffff:10.0.0.1", &["[2001:db8::5]:443"]).await, "2001:db8::5");
        assert_eq!(seen(&two, "10.0.0.1", &["198.51.100.1:5000"]).await, "198.51.100.1");
        assert_eq!(seen(&two, "10.0.0.1", &[]).await, "10.0.0.1");
        // A word that is no address hides nobody behind it.
        assert_eq!(seen(&two, "10.0.0.1", &["198.51.100.1, unknown"]).await, "10.0.0.1");
    }

    #[test]
    fn a5_a_trusted_network_ends_where_its_prefix_says() {
        let holds = |network: &str, address: &str| {
            network.parse::<Network>().unwrap().holds(address.parse().unwrap())
        };
        assert!(holds("10.1.2.0/23", "10.1.3.255") && !holds("10.1.2.0/23", "10.1.4.0"));
        assert!(holds("10.1.2.3", "10.1.2.3") && !holds("10.1.2.3", "10.1.2.4"));
        assert!(holds("2001:db8:1:2::/64", "2001:db8:1:2:ffff::1"));
        assert!(!holds("2001:db8:1:2::/64", "2001:db8:1:3::1"));
        assert!(holds("0.0.0.0/0", "1.2.3.4") && !holds("0.0.0.0/0", "::1") && holds("::/0", "::1"));
        for text in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "proxy", "10.0.0.1/", "10.0.0.1/x"] {
            assert_eq!(text.parse::<Network>(), Err(NotANetwork), "{text}");
        }
    }
}

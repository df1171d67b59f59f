use crate::support::sqlite;
use app::testing::World;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use web::{Limits, Web};

#[tokio::test]
async fn r10_whoever_never_ends_a_request_is_let_go_and_the_next_one_is_served() {
    let world = World::new(sqlite()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits { connections: 2, head: Duration::from_millis(200), ..Limits::default() };
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let web = Web { app: world.app.clone(), address: None };
    let serving = tokio::spawn(web::serve(listener, web, limits, async move { drop(stopped.await) }));

    // Both places are taken by callers who send half a head and then nothing.
    let mut half = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.unwrap();
        half.push(stream);
    }
    let mut patient = TcpStream::connect(address).await.unwrap();
    patient.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    patient.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn r10_in_a_crowd_whoever_dawdles_makes_room_the_sooner() {
    let world = World::new(sqlite()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits { connections: 4, head: Duration::from_secs(5), ..Limits::default() };
    let web = Web { app: world.app.clone(), address: None };
    tokio::spawn(web::serve(listener, web, limits, std::future::pending()));
    let mut half = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.unwrap();
        half.push(stream);
    }
    let mut patient = TcpStream::connect(address).await.unwrap();
    patient.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    let read = tokio::time::timeout(Duration::from_secs(4), patient.read_to_string(&mut answer));
    assert!(read.await.is_ok(), "the first ones may dawdle for five seconds, the last ones for one");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn i2_a_head_of_more_than_sixteen_kilobytes_is_refused() {
    let world = World::new(sqlite()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let web = Web { app: world.app.clone(), address: None };
    tokio::spawn(web::serve(listener, web, Limits::default(), std::future::pending()));
    for (bytes, status) in [(15 * 1024, "HTTP/1.1 200"), (17 * 1024, "HTTP/1.1 431")] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: {}\r\n\r\n",
            "a".repeat(bytes)
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok();
        assert!(answer.starts_with(status), "{bytes} bytes: {answer}");
    }
}

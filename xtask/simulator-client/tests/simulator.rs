//! The client against the simulator itself, with requests written by hand.
#![allow(clippy::disallowed_methods, reason = "a test")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use landform_simulator::{Account, Fault, Simulator};

/// Calls EC2 and returns the whole answer; empty when the connection was cut.
fn ec2(account: &Account, action: &str) -> String {
    let simulator = Simulator::start();
    let body = format!("Action={action}&Version=2016-11-15");
    let request = format!(
        "POST / HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential={}/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0\r\n\
         Content-Length: {}\r\n\r\n{body}",
        account.access_key_id(),
        body.len(),
    );
    let mut stream = TcpStream::connect(simulator.address()).expect("it listens");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    match stream.read_to_string(&mut answer) {
        Ok(_) => answer,
        Err(_) => String::new(),
    }
}

#[test]
fn accounts_are_new_and_empty() {
    let simulator = Simulator::start();
    let (first, second) = (simulator.account(), simulator.account());
    assert_ne!(first.number(), second.number());
    assert_eq!(first.objects(), []);
    assert_eq!(first.calls().total(), 0);
}

#[test]
fn calls_and_objects_are_those_of_the_account() {
    let account = Simulator::start().account();
    let answer = ec2(&account, "CreateVpc&CidrBlock=10.0.0.0/16");
    let objects = account.objects();
    assert_eq!(objects.len(), 1);
    assert_eq!(objects[0].0, "ec2.vpc");
    assert!(answer.contains(&objects[0].1));
    assert_eq!(account.calls().of("ec2.CreateVpc"), 1);
    account.reset_calls();
    assert_eq!(account.calls().total(), 0);
}

#[test]
fn faults_strike_and_end() {
    let account = Simulator::start().account();
    account.fault(&Fault::throttle("ec2.DescribeVpcs").skip(1).times(1));
    let limited = |answer: &str| answer.contains("RequestLimitExceeded");
    let answers: Vec<bool> = (0..3).map(|_| limited(&ec2(&account, "DescribeVpcs"))).collect();
    assert_eq!(answers, [false, true, false]);
    account.fault(&Fault::reset("*"));
    assert_eq!(ec2(&account, "DescribeVpcs"), "");
    account.clear_faults();
    assert!(ec2(&account, "DescribeVpcs").contains("200"));
}

#[test]
fn states_take_the_time_they_are_given() {
    let account = Simulator::start().account();
    account.transitions_take(Duration::from_secs(60));
    let answer = ec2(&account, "CreateVpc&CidrBlock=10.0.0.0/16");
    let vpc = answer.split("<vpcId>").nth(1).and_then(|rest| rest.split('<').next()).expect("a VPC has an id");
    let answer = ec2(&account, &format!("CreateSubnet&CidrBlock=10.0.1.0/24&VpcId={vpc}"));
    let subnet = answer.split("<subnetId>").nth(1).and_then(|rest| rest.split('<').next()).expect("so has a subnet");
    let answer = ec2(&account, &format!("CreateNatGateway&SubnetId={subnet}&ConnectivityType=private"));
    assert!(answer.contains("<state>pending</state>"), "{answer}");
}

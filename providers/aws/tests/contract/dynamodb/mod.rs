//! DynamoDB.

mod table;

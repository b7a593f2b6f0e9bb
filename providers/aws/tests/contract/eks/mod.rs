//! EKS.

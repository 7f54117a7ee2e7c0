//! What an API server would refuse in the manifest of an Indexed Job, found before it is asked.
//!
//! The rules are those of the API's validation (kubernetes.io, reference of batch/v1 Job and of Pod).
//! What a site adds is let alone: known fields that no rule here names, such as `nodeSelector`, may
//! hold anything.

use std::fmt::{self, Display};

use serde_json::{Map, Value};

use super::fields::{CONTAINER, EXIT_CODES, JOB, METADATA, POD, RULE, TEMPLATE, TOP};

/// Something that an API server would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// The field, such as `spec.completions`; empty for the whole file.
    pub field: String,
    /// What is allowed.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Defect {
            field,
            expected,
            found,
        } = self;
        write!(f, "{field}: expected {expected}, found {found}")
    }
}

const ACTIONS: &[&str] = &["FailJob", "FailIndex", "Ignore", "Count"];
const OPERATORS: &[&str] = &["In", "NotIn"];
/// A container's name, and that of a Job whose pods have host names.
const MAX_LABEL: usize = 63;

/// All defects of the manifest of an Indexed Job, in YAML.
pub fn check(manifest: &str) -> Vec<Defect> {
    let mut checker = Checker(Vec::new());
    match serde_saphyr::from_str::<Value>(manifest) {
        Ok(manifest) => checker.manifest(&manifest),
        Err(error) => checker.add("", "one document of YAML", &error.to_string()),
    }
    checker.0
}

struct Checker(Vec<Defect>);

impl Checker {
    fn add(&mut self, field: &str, expected: &str, found: &str) {
        self.0.push(Defect {
            field: field.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
        });
    }

    fn manifest(&mut self, manifest: &Value) {
        let manifest = self.object(manifest, "", TOP);
        self.one_of(&manifest, "", "apiVersion", &["batch/v1"]);
        self.one_of(&manifest, "", "kind", &["Job"]);
        let metadata = self.object(&manifest["metadata"], "metadata", METADATA);
        self.label(&metadata["name"], "metadata.name");
        if !metadata["namespace"].is_null() {
            self.label(&metadata["namespace"], "metadata.namespace");
        }
        self.job(&manifest["spec"]);
    }

    fn job(&mut self, job: &Value) {
        let job = self.object(job, "spec", JOB);
        self.one_of(&job, "spec", "completionMode", &["Indexed"]);
        let completions = self.whole(&job, "spec.completions", true);
        for field in ["parallelism", "backoffLimit", "backoffLimitPerIndex"] {
            self.whole(&job, &format!("spec.{field}"), false);
        }
        let failed = self.whole(&job, "spec.maxFailedIndexes", false);
        if let (Some(failed), Some(completions)) = (failed, completions)
            && failed > completions
        {
            let expected = format!("at most {completions}, the completions");
            self.add("spec.maxFailedIndexes", &expected, &failed.to_string());
        }
        let per_index = !job["backoffLimitPerIndex"].is_null();
        if failed.is_some() && !per_index {
            self.add(
                "spec.backoffLimitPerIndex",
                "a number beside maxFailedIndexes",
                "none",
            );
        }
        let template = self.object(&job["template"], "spec.template", TEMPLATE);
        let containers = self.pod(&template["spec"]);
        if !job["podFailurePolicy"].is_null() {
            self.policy(&job["podFailurePolicy"], &containers, per_index);
        }
    }

    /// Checks a pod, and returns its containers' names.
    fn pod(&mut self, pod: &Value) -> Vec<String> {
        let at = "spec.template.spec";
        let pod = self.object(pod, at, POD);
        // Both backoffLimitPerIndex and podFailurePolicy ask for it.
        self.one_of(&pod, at, "restartPolicy", &["Never"]);
        let mut names = Vec::new();
        for (at, container) in self.list(&pod["containers"], &format!("{at}.containers")) {
            let container = self.object(&container, &at, CONTAINER);
            self.label(&container["name"], &format!("{at}.name"));
            names.extend(container["name"].as_str().map(str::to_owned));
            let image = &container["image"];
            if image.as_str().is_none_or(|image| image.trim().is_empty()) {
                self.add(
                    &format!("{at}.image"),
                    "the name of an image",
                    &shown(image),
                );
            }
        }
        self.claims(&pod["volumes"], &format!("{at}.volumes"));
        names
    }

    fn claims(&mut self, volumes: &Value, at: &str) {
        if volumes.is_null() {
            return;
        }
        for (at, volume) in self.list(volumes, at) {
            let claim = &volume["persistentVolumeClaim"];
            if !claim.is_null() {
                let field = format!("{at}.persistentVolumeClaim.claimName");
                let name = &claim["claimName"];
                // A DNS subdomain: labels with dots between them.
                let mut parts = name.as_str().unwrap_or_default().split('.');
                if !parts.all(is_label) {
                    self.add(&field, "the name of a claim", &shown(name));
                }
            }
        }
    }

    fn policy(&mut self, policy: &Value, containers: &[String], per_index: bool) {
        let at = "spec.podFailurePolicy";
        let policy = self.object(policy, at, &["rules"]);
        for (at, rule) in self.list(&policy["rules"], &format!("{at}.rules")) {
            let rule = self.object(&rule, &at, RULE);
            self.one_of(&rule, &at, "action", ACTIONS);
            if rule["action"] == "FailIndex" && !per_index {
                let expected = "another action without backoffLimitPerIndex";
                self.add(&format!("{at}.action"), expected, "FailIndex");
            }
            match (
                rule["onExitCodes"].is_null(),
                rule["onPodConditions"].is_null(),
            ) {
                (false, true) => {
                    self.exit_codes(
                        &rule["onExitCodes"],
                        &format!("{at}.onExitCodes"),
                        containers,
                    );
                }
                (true, false) => {}
                (both, _) => {
                    let found = if both { "none" } else { "both" };
                    self.add(&at, "either onExitCodes or onPodConditions", found);
                }
            }
        }
    }

    fn exit_codes(&mut self, codes: &Value, at: &str, containers: &[String]) {
        let codes = self.object(codes, at, EXIT_CODES);
        self.one_of(&codes, at, "operator", OPERATORS);
        if let Some(name) = codes["containerName"].as_str()
            && !containers.iter().any(|container| container == name)
        {
            let expected = format!("a container of the pod ({})", containers.join(", "));
            self.add(
                &format!("{at}.containerName"),
                &expected,
                &shown(&codes["containerName"]),
            );
        }
        let values = format!("{at}.values");
        let list = self.list(&codes["values"], &values);
        let numbers: Vec<i64> = list
            .iter()
            .filter_map(|(_, value)| value.as_i64())
            .collect();
        if numbers.len() != list.len() || !numbers.is_sorted_by(|a, b| a < b) {
            self.add(
                &values,
                "numbers in increasing order, each once",
                &shown(&codes["values"]),
            );
        }
        if codes["operator"] == "In" && numbers.contains(&0) {
            self.add(
                &values,
                "no 0 beside In: 0 is no failure",
                &shown(&codes["values"]),
            );
        }
    }

    /// An object whose fields have these names; an empty one in place of anything else.
    fn object(&mut self, value: &Value, at: &str, known: &[&str]) -> Value {
        let Some(object) = value.as_object() else {
            self.add(at, "fields", &shown(value));
            return Value::Object(Map::new());
        };
        for name in object.keys().filter(|name| !known.contains(&name.as_str())) {
            let expected = match experiment::nearest(name, known) {
                Some(near) => format!("a known field, such as {near}"),
                None => "a known field".to_owned(),
            };
            self.add(at, &expected, name);
        }
        value.clone()
    }

    /// The elements of a list that is not empty, each with its place.
    fn list(&mut self, value: &Value, at: &str) -> Vec<(String, Value)> {
        match value.as_array() {
            Some(list) if !list.is_empty() => (0..list.len())
                .map(|index| (format!("{at}[{index}]"), list[index].clone()))
                .collect(),
            _ => {
                self.add(at, "a list that is not empty", &shown(value));
                Vec::new()
            }
        }
    }

    fn one_of(&mut self, object: &Value, at: &str, name: &str, allowed: &[&str]) {
        if !object[name]
            .as_str()
            .is_some_and(|found| allowed.contains(&found))
        {
            let field = [at, name].join(".").trim_start_matches('.').to_owned();
            self.add(&field, &allowed.join(", "), &shown(&object[name]));
        }
    }

    /// A whole number that is not negative, and that may be absent unless it is `required`.
    fn whole(&mut self, object: &Value, field: &str, required: bool) -> Option<u64> {
        let name = field.rsplit('.').next().unwrap_or(field);
        let value = &object[name];
        let number = value.as_u64();
        if number.is_none() && (required || !value.is_null()) {
            self.add(field, "a whole number", &shown(value));
        }
        number
    }

    fn label(&mut self, value: &Value, field: &str) {
        if !value.as_str().is_some_and(is_label) {
            self.add(field, "a DNS label (a-z, 0-9 and -)", &shown(value));
        }
    }
}

/// Whether it is a DNS label: RFC 1123.
fn is_label(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MAX_LABEL).contains(&name.len())
        && name.bytes().all(allowed)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        value => value.to_string(),
    }
}

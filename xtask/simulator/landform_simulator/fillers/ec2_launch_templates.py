"""Launch templates: tokens that repeat, tags that stay the template's own, pages, and what does not exist is an error."""

from moto.core.responses import ActionResult
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.responses import EC2Response
from moto.ec2.utils import parse_user_data

from landform_simulator.fillers.patching import ec2_error, wrap

_PAGE = 200


def install() -> None:
    LaunchTemplate.tags = property(LaunchTemplate.get_tags, lambda self, tags: None)
    wrap(EC2Response, "create_launch_template")(_create_launch_template)
    wrap(EC2Response, "create_launch_template_version")(_create_launch_template_version)
    wrap(EC2Response, "describe_launch_templates")(_describe_launch_templates)
    wrap(EC2Response, "describe_launch_template_versions")(_describe_launch_template_versions)
    wrap(EC2Response, "delete_launch_template")(_delete_launch_template)


def _create_launch_template(_create, self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html

    moto puts the tags of the template into what the template says of instances.
    """
    tokens, token = _tokens(self), self._get_param("ClientToken")
    if token not in tokens or tokens[token].id not in self.ec2_backend.launch_templates:
        self.error_on_dryrun()
        name, description = self._get_param("LaunchTemplateName"), self._get_param("VersionDescription")
        template = self.ec2_backend.create_launch_template(name, description, _data(self), self._parse_tag_specification())
        tokens[token] = template
    return ActionResult({"LaunchTemplate": _template(self, tokens[token])})


def _create_launch_template_version(_create, self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html"""
    tokens, token = _tokens(self), self._get_param("ClientToken")
    if token not in tokens:
        self.error_on_dryrun()
        tokens[token] = _named(self).create_version(_data(self), self._get_param("VersionDescription"))
    return ActionResult({"LaunchTemplateVersion": _version(self, tokens[token].template, tokens[token])})


def _describe_launch_templates(_describe, self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html"""
    backend = self.ec2_backend
    identities, names = self._get_param("LaunchTemplateIds", []), self._get_param("LaunchTemplateNames", [])
    for identity in identities:
        backend.get_launch_template(identity)
    found = backend.describe_launch_templates(names, identities, self._filters_from_querystring())
    templates, token = _page(self, found)
    return ActionResult({"LaunchTemplates": [_template(self, template) for template in templates], "NextToken": token})


def _describe_launch_template_versions(_describe, self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html"""
    found = self.ec2_backend.describe_launch_template_versions(
        template_name=self._get_param("LaunchTemplateName"),
        template_id=self._get_param("LaunchTemplateId"),
        versions=self._get_param("Versions", []),
        min_version=self._get_int_param("MinVersion"),
        max_version=self._get_int_param("MaxVersion"),
        max_results=None,
    )
    versions, token = _page(self, found)
    return ActionResult({"LaunchTemplateVersions": [_version(self, *version) for version in versions], "NextToken": token})


def _delete_launch_template(delete, self):
    if identity := self._get_param("LaunchTemplateId"):
        self.ec2_backend.get_launch_template(identity)
    return delete(self)


def _tokens(response) -> dict:
    return response.ec2_backend.__dict__.setdefault("landform_launch_template_tokens", {})


def _data(response) -> dict:
    data = response._get_param("LaunchTemplateData", {})
    if not data:
        raise ec2_error("MissingParameter", "The request must contain the parameter LaunchTemplateData")
    return data | {"UserData": parse_user_data(response._get_param("LaunchTemplateData.UserData"))}


def _named(response) -> LaunchTemplate:
    if identity := response._get_param("LaunchTemplateId"):
        return response.ec2_backend.get_launch_template(identity)
    return response.ec2_backend.get_launch_template_by_name(response._get_param("LaunchTemplateName"))


def _page(response, found: list) -> tuple[list, str | None]:
    start, count = int(response._get_param("NextToken") or 0), response._get_int_param("MaxResults", _PAGE)
    end = start + count
    return found[start:end], str(end) if end < len(found) else None


def _template(response, template: LaunchTemplate) -> dict:
    return {
        "CreateTime": template.create_time,
        "CreatedBy": _creator(response),
        "DefaultVersionNumber": template.default_version_number,
        "LatestVersionNumber": template.latest_version_number,
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "Tags": template.get_tags(),
    }


def _version(response, template: LaunchTemplate, version) -> dict:
    return {
        "CreateTime": version.create_time,
        "CreatedBy": _creator(response),
        "DefaultVersion": template.is_default(version),
        "LaunchTemplateData": version.data,
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "VersionDescription": version.description,
        "VersionNumber": version.number,
    }


def _creator(response) -> str:
    return f"arn:{response.partition}:iam::{response.current_account}:root"

//! The `endpoints` block: one attribute a service.

use std::collections::BTreeMap;

use landform_provider_api::framework::{AttrType, AttributeShape, HasShape, Shape};
use landform_values::{PathError, Type, Value};

/// Custom endpoints by the service names of the public provider, aliases included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Endpoints(pub(crate) BTreeMap<String, String>);

/// Other names of services, as the public provider also takes them.
const ALIASES: [(&str, &str); 6] = [
    ("cloudwatchlog", "logs"),
    ("cloudwatchlogs", "logs"),
    ("resourcegroupstaggingapi", "resourcegroupstagging"),
    ("s3api", "s3"),
    ("elasticloadbalancing", "elb"),
    ("elasticloadbalancingv2", "elbv2"),
];

const NAMES: &str = "\
accessanalyzer account acm acmpca amg amp amplify apigateway apigatewayv2 appautoscaling appconfig appfabric \
appflow appintegrations appintegrationsservice applicationautoscaling applicationinsights applicationsignals \
appmesh appregistry apprunner appstream appsync arcregionswitch arczonalshift athena auditmanager autoscaling \
autoscalingplans backup batch bcmdataexports beanstalk bedrock bedrockagent bedrockagentcore billing budgets ce \
chatbot chime chimesdkmediapipelines chimesdkvoice cleanrooms cloud9 cloudcontrol cloudcontrolapi cloudformation \
cloudfront cloudfrontkeyvaluestore cloudhsm cloudhsmv2 cloudsearch cloudtrail cloudwatch cloudwatchevents \
cloudwatchevidently cloudwatchlog cloudwatchlogs cloudwatchobservabilityaccessmanager cloudwatchrum codeartifact \
codebuild codecatalyst codecommit codeconnections codedeploy codeguruprofiler codegurureviewer codepipeline \
codestarconnections codestarnotifications cognitoidentity cognitoidentityprovider cognitoidp comprehend \
computeoptimizer config configservice connect connectcases controltower costandusagereportservice costexplorer \
costoptimizationhub cur customerprofiles databasemigration databasemigrationservice databrew dataexchange \
datapipeline datasync datazone dax deploy detective devicefarm devopsguru directconnect directoryservice dlm dms \
docdb docdbelastic drs ds dsql dynamodb ec2 ecr ecrpublic ecs efs eks elasticache elasticbeanstalk \
elasticloadbalancing elasticloadbalancingv2 elasticsearch elasticsearchservice elastictranscoder elb elbv2 emr \
emrcontainers emrserverless es eventbridge events evidently evs finspace firehose fis fms fsx gamelift glacier \
globalaccelerator glue gluedatabrew grafana greengrass groundstation guardduty healthlake iam identitystore \
imagebuilder inspector inspector2 inspectorv2 internetmonitor invoicing iot iotanalytics iotevents ivs ivschat \
kafka kafkaconnect kendra keyspaces kinesis kinesisanalytics kinesisanalyticsv2 kinesisvideo kms lakeformation \
lambda launchwizard lex lexmodelbuilding lexmodelbuildingservice lexmodels lexmodelsv2 lexv2models \
licensemanager lightsail location locationservice logs lookoutmetrics m2 macie2 managedgrafana mediaconnect \
mediaconvert medialive mediapackage mediapackagev2 mediapackagevod mediastore memorydb mgn mq msk mwaa neptune \
neptunegraph networkfirewall networkflowmonitor networkmanager networkmonitor notifications \
notificationscontacts oam observabilityadmin odb opensearch opensearchingestion opensearchserverless \
opensearchservice opsworks organizations osis outposts paymentcryptography pcaconnectorad pcs pinpoint \
pinpointsmsvoicev2 pipes polly pricing prometheus prometheusservice qbusiness qldb quicksight ram rbin rds \
recyclebin redshift redshiftdata redshiftdataapiservice redshiftserverless rekognition resiliencehub \
resourceexplorer2 resourcegroups resourcegroupstagging resourcegroupstaggingapi rolesanywhere route53 \
route53domains route53profiles route53recoverycontrolconfig route53recoveryreadiness route53resolver rum s3 \
s3api s3control s3outposts s3tables s3vectors sagemaker savingsplans scheduler schemas secretsmanager \
securityhub securitylake serverlessapplicationrepository serverlessapprepo serverlessrepo servicecatalog \
servicecatalogappregistry servicediscovery servicequotas ses sesv2 sfn shield signer sns sqs ssm ssmcontacts \
ssmincidents ssmquicksetup ssmsap sso ssoadmin stepfunctions storagegateway sts swf synthetics taxsettings \
timestreaminfluxdb timestreamquery timestreamwrite transcribe transcribeservice transfer verifiedpermissions \
vpclattice waf wafregional wafv2 wellarchitected workmail workspaces workspacesweb xray";

fn names() -> impl Iterator<Item = &'static str> {
    NAMES.split_ascii_whitespace()
}

impl HasShape for Endpoints {
    fn shape() -> Shape {
        let attribute = |name| AttributeShape {
            optional: true,
            description: "Use this to override the default service endpoint URL",
            ..AttributeShape::of(name, Type::String)
        };
        Shape { attributes: names().map(attribute).collect(), ..Shape::default() }
    }
}

impl AttrType for Endpoints {
    fn ty() -> Type {
        Type::object(names().map(|name| (name, Type::String)))
    }

    fn decode(value: &Value) -> Result<Self, PathError> {
        let given = names().filter_map(|name| {
            let url = value.get_attribute(name)?.as_str().filter(|url| !url.is_empty())?;
            let service = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, service)| service);
            Some((service.to_owned(), url.to_owned()))
        });
        Ok(Self(given.collect()))
    }

    fn encode(&self) -> Value {
        let url = |name: &str| self.0.get(name).map_or_else(|| Value::null(Type::String), |url| url.as_str().into());
        Value::object(names().map(|name| (name, url(name))))
    }
}

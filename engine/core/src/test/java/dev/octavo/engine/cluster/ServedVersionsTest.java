package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServedVersionsTest {
    private static ServedVersions.Found find(String object, String... served) {
        Map<String, Object> content = Trees.tree(object);
        Set<String> versions = Set.of(served);
        return new ServedVersions((version, kind) -> versions.contains(version))
                .find(new ManifestObject(
                        Tree.text(content, "apiVersion"), Tree.text(content, "kind"), "", "x", content, "a.yaml", 1));
    }

    private static void assertConverted(String object, String version, String expected) {
        ServedVersions.Found found = find(object, version);
        assertThat(found.converted()).as(found.note()).isTrue();
        assertThat(found.object().apiVersion()).isEqualTo(version);
        assertThat(found.object().content()).isEqualTo(Trees.tree(expected));
        assertThat(found.note()).contains("which the cluster does not have", "applied in " + version);
    }

    private static void assertRefused(String object, String version, String why) {
        ServedVersions.Found found = find(object, version);
        assertThat(found.converted()).isFalse();
        assertThat(found.note()).contains(why);
    }

    @Test
    void putsAnOldDeploymentIntoAppsWithTheSelectorThatItsLabelsWere() {
        assertConverted(
                "{apiVersion: extensions/v1beta1, kind: Deployment, spec: {template: {metadata: {labels: {a: b}}}}}",
                "apps/v1",
                "{apiVersion: apps/v1, kind: Deployment, spec: {template: {metadata: {labels: {a: b}}}, selector: {matchLabels: {a: b}}}}");
        assertRefused(
                "{apiVersion: extensions/v1beta1, kind: Deployment, spec: {rollbackTo: {revision: 1}}}",
                "apps/v1",
                "rollbackTo");
        assertRefused(
                "{apiVersion: apps/v1beta2, kind: Deployment, spec: {template: {metadata: {labels: {a: b}}}}}",
                "apps/v1",
                "needs a spec.selector");
    }

    @Test
    void putsEndpointsIntoTheVersionOfAnOldCluster() {
        String slice =
                "{apiVersion: discovery.k8s.io/%s, kind: EndpointSlice, addressType: IPv4, endpoints: [{addresses: [10.0.0.8]}], ports: [{name: main, port: 8848}]}";
        assertConverted(slice.formatted("v1"), "discovery.k8s.io/v1beta1", slice.formatted("v1beta1"));
        assertConverted(slice.formatted("v1beta1"), "discovery.k8s.io/v1", slice.formatted("v1"));
        assertRefused(
                "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, endpoints: [{addresses: [10.0.0.8], zone: a}]}",
                "discovery.k8s.io/v1beta1",
                "no zone");
    }

    @Test
    void putsAnIngressIntoTheOtherVersionBothWays() {
        String older =
                "{apiVersion: %s, kind: Ingress, spec: {backend: {serviceName: a, servicePort: web}, rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {serviceName: b, servicePort: 80}}]}}]}}";
        String newer =
                "{apiVersion: networking.k8s.io/v1, kind: Ingress, spec: {defaultBackend: {service: {name: a, port: {name: web}}}, rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: b, port: {number: 80}}}}]}}]}}";
        assertConverted(older.formatted("extensions/v1beta1"), "networking.k8s.io/v1", newer);
        assertConverted(newer, "networking.k8s.io/v1beta1", older.formatted("networking.k8s.io/v1beta1"));
        assertConverted(
                "{apiVersion: networking.k8s.io/v1beta1, kind: Ingress, spec: {rules: [{http: {paths: [{backend: {serviceName: b, servicePort: '80'}}]}}]}}",
                "networking.k8s.io/v1",
                "{apiVersion: networking.k8s.io/v1, kind: Ingress, spec: {rules: [{http: {paths: [{pathType: ImplementationSpecific, backend: {service: {name: b, port: {number: 80}}}}]}}]}}");
    }

    @Test
    void putsAnAutoscalerIntoEachVersionThatCanSayTheSame() {
        String v2 =
                "{apiVersion: %s, kind: HorizontalPodAutoscaler, spec: {maxReplicas: 3, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]}}";
        assertConverted(v2.formatted("autoscaling/v2"), "autoscaling/v2beta2", v2.formatted("autoscaling/v2beta2"));
        assertConverted(
                v2.formatted("autoscaling/v2"),
                "autoscaling/v1",
                "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, spec: {maxReplicas: 3, targetCPUUtilizationPercentage: 50}}");
        assertConverted(
                "{apiVersion: autoscaling/v2beta1, kind: HorizontalPodAutoscaler, spec: {maxReplicas: 3, metrics: [{type: Resource, resource: {name: cpu, targetAverageUtilization: 50}}]}}",
                "autoscaling/v2",
                v2.formatted("autoscaling/v2"));
        assertConverted(
                "{apiVersion: autoscaling/v2beta1, kind: HorizontalPodAutoscaler, spec: {metrics: [{type: Pods, pods: {metricName: m, targetAverageValue: 1k}}, {type: External, external: {metricName: e, metricSelector: {matchLabels: {a: b}}, targetValue: 3}}]}}",
                "autoscaling/v2",
                "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, spec: {metrics: [{type: Pods, pods: {metric: {name: m}, target: {type: AverageValue, averageValue: 1k}}}, {type: External, external: {metric: {name: e, selector: {matchLabels: {a: b}}}, target: {type: Value, value: 3}}}]}}");
        assertRefused(v2.formatted("autoscaling/v2").replace("cpu", "memory"), "autoscaling/v1", "no metric but");
    }

    @Test
    void refusesWhatWouldMeanSomethingElse() {
        assertRefused(
                "{apiVersion: policy/v1beta1, kind: PodDisruptionBudget, spec: {minAvailable: 1, selector: {}}}",
                "policy/v1",
                "an empty selector");
        assertRefused(
                "{apiVersion: batch/v1, kind: CronJob, spec: {timeZone: Asia/Shanghai}}", "batch/v1beta1", "timeZone");
        assertThat(find(
                                "{apiVersion: apiextensions.k8s.io/v1beta1, kind: CustomResourceDefinition, spec: {}}",
                                "apiextensions.k8s.io/v1")
                        .converted())
                .isFalse();
        assertThat(find("{apiVersion: batch/v1beta1, kind: CronJob}", "batch/v1")
                        .note())
                .contains("no spec");
    }
}

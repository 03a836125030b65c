package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CompletionTest {
    private static Map<String, Object> completed(String apiVersion, String kind, String spec) {
        Map<String, Object> content = Trees.tree("{metadata: {name: a}, spec: " + spec + "}");
        return Tree.map(
                Completion.complete(new ManifestObject(apiVersion, kind, "shop", "a", content, "", 0))
                        .content(),
                "spec");
    }

    @Test
    void writesQuantitiesAsTexts() {
        assertThat(
                        completed(
                                "apps/v1",
                                "Deployment",
                                "{template: {spec: {containers: [{name: c, resources: {requests: {cpu: 1, memory: 1073741824}, limits: {cpu: 1.5, memory: 1Gi}}}]}}}"))
                .isEqualTo(
                        Trees.tree(
                                "{template: {spec: {containers: [{name: c, resources: {requests: {cpu: '1', memory: '1073741824'}, limits: {cpu: '1.5', memory: 1Gi}}}]}}}"));
        assertThat(completed("v1", "ResourceQuota", "{hard: {pods: 0}}")).isEqualTo(Trees.tree("{hard: {pods: '0'}}"));
        assertThat(completed(
                        "apps/v1",
                        "StatefulSet",
                        "{volumeClaimTemplates: [{spec: {resources: {requests: {storage: 1000000}}}}]}"))
                .isEqualTo(
                        Trees.tree("{volumeClaimTemplates: [{spec: {resources: {requests: {storage: '1000000'}}}}]}"));
    }

    @Test
    void leavesNumbersThatAreNone() {
        String spec =
                "{replicas: 2, template: {spec: {containers: [{name: c, ports: [{containerPort: 80, protocol: TCP}]}]}}}";

        assertThat(completed("apps/v1", "Deployment", spec)).isEqualTo(Trees.tree(spec));
    }
}

package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AppliedStateTest {
    private static final String FIELDS =
            "{'f:metadata': {'f:labels': {'f:a': {}}}, 'f:spec': {'f:args': {}, 'f:replicas': {}, 'f:ports': {'k:{\"port\":80,\"protocol\":\"TCP\"}': {'.': {}, 'f:port': {}, 'f:protocol': {}}, 'k:{\"port\":81,\"protocol\":\"TCP\"}': {'.': {}, 'f:port': {}, 'f:protocol': {}}}}}";
    private static final String WRITTEN =
            "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: n, labels: {a: b}}, spec: {args: [x, y], replicas: 2, ports: [{port: 80, protocol: TCP}, {port: 81, protocol: TCP}]}}";

    private static boolean same(String written, String live) {
        return same(written, live, FIELDS);
    }

    private static boolean same(String written, String live, String fields) {
        Map<String, Object> tree = Tree.copy(Trees.tree(live));
        Tree.map(tree, "metadata")
                .put(
                        "managedFields",
                        Trees.tree("{a: [{manager: octavo, operation: Apply, apiVersion: v1, fieldsV1: " + fields
                                        + "}]}")
                                .get("a"));
        return AppliedState.same(new ManifestObject("v1", "Service", "n", "s", Trees.tree(written), "a.yaml", 1), tree);
    }

    @Test
    void isTheSameWhereTheSameFieldsHaveTheSameValues() {
        assertThat(same(WRITTEN, WRITTEN)).isTrue();
    }

    @Test
    void isTheSameWhateverOthersHaveAdded() {
        assertThat(same(
                        WRITTEN,
                        WRITTEN.replace("{a: b}", "{a: b, theirs: c}")
                                .replace(
                                        "[{port: 80, protocol: TCP}",
                                        "[{port: 9, protocol: UDP}, {nodePort: 30000, port: 80, protocol: TCP}")))
                .isTrue();
    }

    @Test
    void isAnotherWhereAValueIsWrittenInAnotherWayToo() {
        assertThat(same(WRITTEN.replace("replicas: 2", "replicas: 3"), WRITTEN)).isFalse();
        assertThat(same(WRITTEN.replace("replicas: 2", "replicas: '2'"), WRITTEN))
                .isFalse();
        assertThat(same(WRITTEN, WRITTEN.replace("[x, y]", "[x, y, z]"))).isFalse();
        assertThat(same(WRITTEN, WRITTEN.replace("replicas: 2, ", ""))).isFalse();
    }

    @Test
    void isAnotherWhereAFieldCameOrWent() {
        assertThat(same(WRITTEN.replace("{a: b}", "{a: b, c: d}"), WRITTEN.replace("{a: b}", "{a: b, c: d}")))
                .isFalse();
        assertThat(same(WRITTEN.replace("replicas: 2, ", ""), WRITTEN)).isFalse();
        assertThat(same(WRITTEN.replace(", {port: 81, protocol: TCP}", ""), WRITTEN))
                .isFalse();
        assertThat(same(WRITTEN.replace("replicas: 2", "replicas: null"), WRITTEN))
                .isFalse();
    }

    @Test
    void isAnotherWhereElementsHaveAnotherOrder() {
        assertThat(same(
                        WRITTEN,
                        WRITTEN.replace(
                                "{port: 80, protocol: TCP}, {port: 81, protocol: TCP}",
                                "{port: 81, protocol: TCP}, {port: 80, protocol: TCP}")))
                .isFalse();
    }

    @Test
    void isUnknownWhereTheAccountIsOfAnotherFormOrVersion() {
        assertThat(same(WRITTEN, WRITTEN, FIELDS.replace("'f:args': {}", "'f:args': {'v:\"x\"': {}, 'v:\"y\"': {}}")))
                .isFalse();
        assertThat(same(WRITTEN.replace("apiVersion: v1", "apiVersion: v1"), WRITTEN, "{}"))
                .isFalse();
        assertThat(AppliedState.same(
                        new ManifestObject("v1", "Service", "n", "s", Trees.tree(WRITTEN), "a.yaml", 1),
                        Trees.tree(WRITTEN)))
                .isFalse();
    }
}

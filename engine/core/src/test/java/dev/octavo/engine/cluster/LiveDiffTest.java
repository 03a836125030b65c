package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.SecretValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveDiffTest {
    private static List<FieldChange> diff(String kind, String before, String after, String... secrets) {
        List<SecretValue> values =
                List.of(secrets).stream().map(SecretValue::new).toList();
        return LiveDiff.shown(kind, LiveDiff.compare(Trees.tree(before), Trees.tree(after)), new Masker(values));
    }

    @Test
    void leavesOutWhatTheServerKeepsAccountOf() {
        assertThat(diff(
                        "Deployment",
                        "{metadata: {name: a, uid: x, resourceVersion: '1', generation: 1, managedFields: [], annotations: {deployment.kubernetes.io/revision: '1'}}, status: {replicas: 1}}",
                        "{metadata: {name: a, resourceVersion: '2', generation: 2}, status: {replicas: 2}}"))
                .isEmpty();
    }

    @Test
    void namesFieldsByThePathThatPeopleUse() {
        assertThat(diff("Deployment", """
                        spec:
                          replicas: 1
                          gone: true
                          template: {spec: {containers: [{name: app, image: x:1, args: [a, b]}, {name: side, image: y}]}}
                          ports: [{port: 80, targetPort: 1}]
                        metadata: {labels: {app.kubernetes.io/name: a}}
                        """, """
                        spec:
                          replicas: 2
                          template: {spec: {containers: [{name: app, image: x:2, args: [a, c]}, {name: new, image: z}]}}
                          ports: [{port: 80, targetPort: 2}, {port: 81}]
                          text: "3"
                        metadata: {labels: {app.kubernetes.io/name: b}}
                        """))
                .containsExactlyInAnyOrder(
                        new FieldChange("spec.replicas", "1", "2"),
                        new FieldChange("spec.gone", "true", ""),
                        new FieldChange("spec.template.spec.containers[app].image", "x:1", "x:2"),
                        new FieldChange("spec.template.spec.containers[app].args[1]", "b", "c"),
                        new FieldChange(
                                "spec.template.spec.containers[side]", "{\"image\":\"y\",\"name\":\"side\"}", ""),
                        new FieldChange("spec.template.spec.containers[new]", "", "{\"image\":\"z\",\"name\":\"new\"}"),
                        new FieldChange("spec.ports[80].targetPort", "1", "2"),
                        new FieldChange("spec.ports[81]", "", "{\"port\":81}"),
                        new FieldChange("spec.text", "", "\"3\""),
                        new FieldChange("metadata.labels[app.kubernetes.io/name]", "a", "b"));
    }

    @Test
    void tellsThatASecretChangesAndNeverWhat() {
        assertThat(diff(
                        "Secret",
                        "{data: {password: b2xk, same: YQ==, gone: YQ==}, type: Opaque}",
                        "{data: {password: bmV3, same: YQ==, added: Yg==}, type: other}"))
                .containsExactlyInAnyOrder(
                        new FieldChange("data.password", "****", "****"),
                        new FieldChange("data.gone", "****", ""),
                        new FieldChange("data.added", "", "****"),
                        new FieldChange("type", "Opaque", "other"));
    }

    @Test
    void masksSecretsWhereverTheyAre() {
        assertThat(diff(
                        "ConfigMap",
                        "{data: {url: none}}",
                        "{data: {url: 'jdbc:x?password=hunter2!', b: aHVudGVyMiE=}}",
                        "hunter2!"))
                .containsExactly(
                        new FieldChange("data.url", "none", "jdbc:x?password=****"),
                        new FieldChange("data.b", "", "****"));
    }

    @Test
    void seesThatOnlyTheOrderIsAnother() {
        assertThat(diff("X", "{a: [{name: x}, {name: y}]}", "{a: [{name: y}, {name: x}]}"))
                .hasSize(1);
        assertThat(diff("X", "{a: 1}", "{a: 1.0}")).isEmpty();
        assertThat(diff("X", "{a: [1, 2]}", "{a: [1]}")).containsExactly(new FieldChange("a", "[1,2]", "[1]"));
    }

    @Test
    void findsNoPasswordFromAFingerprintQuickly() {
        Map<String, Object> secret = Trees.tree("{data: {p: YQ==}}");

        assertThat(Fingerprint.ofSecret(secret, "s"))
                .isEqualTo(Fingerprint.ofSecret(secret, "s"))
                .isNotEqualTo(Fingerprint.of(secret))
                .isNotEqualTo(Fingerprint.ofSecret(secret, "t"))
                .isNotEqualTo(Fingerprint.ofSecret(Trees.tree("{data: {p: Yg==}}"), "s"));
    }
}

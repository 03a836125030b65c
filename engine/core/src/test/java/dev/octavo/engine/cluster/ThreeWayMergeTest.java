package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ThreeWayMergeTest {
    private static Map<String, Object> merge(String kind, String original, String live, String wanted) {
        Map<String, Object> content = Trees.tree(wanted);
        String apiVersion = kind.equals("Coupon") ? "example.org/v1" : "v1";
        ManifestObject object = new ManifestObject(apiVersion, kind, "", "x", content, "", 0);
        return ThreeWayMerge.of(object).merge(Trees.tree(original), Trees.tree(live), content);
    }

    @Test
    void setsWhatIsWrittenRemovesWhatWasAndLeavesTheRest() {
        assertThat(merge("ConfigMap", "{data: {a: 1, b: 2}}", "{data: {a: 1, b: 2, c: 3}}", "{data: {a: 4}}"))
                .isEqualTo(Trees.tree("{data: {a: 4, c: 3}}"));
    }

    @Test
    void mergesElementsByTheirKeysInTheOrderOfTheManifest() {
        assertThat(merge(
                        "Pod",
                        "{containers: [{name: a, image: 1}, {name: gone}]}",
                        "{containers: [{name: a, image: 1, policy: x}, {name: gone}, {name: added}]}",
                        "{containers: [{name: b}, {name: a, image: 2}]}"))
                .isEqualTo(Trees.tree("{containers: [{name: b}, {name: a, image: 2, policy: x}, {name: added}]}"));
    }

    @Test
    void keepsPortsOfTheSameNumberApartByProtocol() {
        assertThat(merge(
                        "Service",
                        "{}",
                        "{ports: [{port: 53, protocol: TCP, nodePort: 1}, {port: 53, protocol: UDP, nodePort: 2}]}",
                        "{ports: [{port: 53, name: tcp}, {port: 53, protocol: UDP, name: udp}]}"))
                .isEqualTo(
                        Trees.tree(
                                "{ports: [{port: 53, protocol: TCP, nodePort: 1, name: tcp}, {port: 53, protocol: UDP, nodePort: 2, name: udp}]}"));
    }

    @Test
    void replacesListsOfKindsThatItDoesNotKnow() {
        assertThat(merge("Coupon", "{}", "{containers: [{name: a, x: 1}]}", "{containers: [{name: a}]}"))
                .isEqualTo(Trees.tree("{containers: [{name: a}]}"));
    }

    @Test
    void makesAPatchThatDeletesByNull() {
        assertThat(Json.text(MergePatch.between(
                        Trees.tree("{a: {b: 1, c: 2}, d: [1], e: 5}"), Trees.tree("{a: {b: 1}, d: [2], e: 5, f: g}"))))
                .isEqualTo("{\"a\":{\"c\":null},\"d\":[2],\"f\":\"g\"}");
    }
}

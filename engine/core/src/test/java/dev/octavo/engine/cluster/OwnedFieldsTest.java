package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnedFieldsTest {
    private static final String OBJECT =
            "{data: {keep: a, gone: b}, spec: {containers: [{name: web, image: x, env: [{name: A, value: b}]}, {name: old}], set: [x, y]}}";

    @Test
    void takesOutWhatNobodyOwnsAnyMore() {
        Map<String, Object> object = Tree.copy(Trees.tree(OBJECT));

        boolean changed = OwnedFields.prune(
                object,
                Trees.tree(
                        "{'f:data': {'f:keep': {}, 'f:gone': {}}, 'f:spec': {'f:containers': {'k:{\"name\":\"web\"}': {'.': {}, 'f:image': {}, 'f:env': {'k:{\"name\":\"A\"}': {'.': {}, 'f:value': {}}}}, 'k:{\"name\":\"old\"}': {'.': {}}}, 'f:set': {'v:\"x\"': {}, 'v:\"y\"': {}}}}"),
                Trees.tree(
                        "{'f:data': {'f:keep': {}}, 'f:spec': {'f:containers': {'k:{\"name\":\"web\"}': {'.': {}, 'f:image': {}}}, 'f:set': {'v:\"x\"': {}}}}"));

        assertThat(changed).isTrue();
        assertThat(object)
                .isEqualTo(Trees.tree("{data: {keep: a}, spec: {containers: [{name: web, image: x}], set: [x]}}"));
    }

    @Test
    void findsWhatAPathOfTheServerNames() {
        Map<String, Object> object = Trees.tree(
                "{metadata: {annotations: {a.b/c: here, a: no}}, spec: {ports: [{port: 80, nodePort: 1}, {port: 81, nodePort: 2}]}}");

        assertThat(FieldPath.at(object, ".metadata.annotations.a.b/c")).isEqualTo("here");
        assertThat(FieldPath.at(object, ".spec.ports[port=81,protocol=\"TCP\"].nodePort"))
                .isEqualTo(2);
        assertThat(FieldPath.at(object, ".spec.ports[port=82,protocol=\"TCP\"].nodePort"))
                .isNull();
        assertThat(FieldPath.shown(".spec.ports[port=81,protocol=\"TCP\"].nodePort"))
                .isEqualTo("spec.ports[81].nodePort");
        assertThat(FieldPath.shown(".spec.template.spec.containers[name=\"we]b\"].image"))
                .isEqualTo("spec.template.spec.containers[we]b].image");
    }
}

package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FieldOwnersTest {
    private final FieldOwners owners = new FieldOwners(Trees.tree("""
            metadata:
              managedFields:
              - {manager: octavo, operation: Apply, time: '2026-01-01T00:00:00Z', fieldsV1: {'f:data': {'f:a': {}}}}
              - manager: kubectl-edit
                operation: Update
                time: '2026-01-02T00:00:00Z'
                fieldsV1:
                  'f:data': {'f:level': {}, 'f:app.yaml': {}}
                  'f:spec': {'f:containers': {'k:{"name":"web"}': {'f:image': {}}}, 'f:ports': {'k:{"port":80,"protocol":"TCP"}': {'f:port': {}}}}
              - {manager: kubelet, operation: Update, subresource: status, time: '2026-01-03T00:00:00Z', fieldsV1: {'f:data': {'f:level': {}}}}
            """));

    private String manager(String path) {
        return owners.of(path).map(FieldOwners.Owner::manager).orElse("");
    }

    @Test
    void namesWhoHasSetAField() {
        assertThat(manager("data.level")).isEqualTo("kubectl-edit");
        assertThat(manager("data[app.yaml]")).isEqualTo("kubectl-edit");
        assertThat(manager("spec.containers[web].image")).isEqualTo("kubectl-edit");
        assertThat(manager("spec.ports[80].port")).isEqualTo("kubectl-edit");
    }

    @Test
    void namesNobodyForWhatOnlyOctavoHasSet() {
        assertThat(manager("data.a")).isEmpty();
        assertThat(manager("data.none")).isEmpty();
    }
}

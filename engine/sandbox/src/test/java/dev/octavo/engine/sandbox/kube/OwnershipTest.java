package dev.octavo.engine.sandbox.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class OwnershipTest {
    private static final String HEAD = "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web'},'spec':";

    private final Ownership ownership = new Ownership(Schema.load());

    private static ObjectNode deployment(String spec) {
        return (ObjectNode) Json.parse((HEAD + spec + "}").replace('\'', '"'));
    }

    private ObjectNode apply(ObjectNode live, String spec, String manager, boolean force) {
        return ownership.apply(Kinds.DEPLOYMENT, live, deployment(spec), manager, force, "", "2026-01-01T00:00:00Z");
    }

    private static JsonNode spec(ObjectNode object) {
        return object.path("spec");
    }

    private static JsonNode expected(String spec) {
        return Json.parse(spec.replace('\'', '"'));
    }

    @Test
    void dropsWhatItsManagerDoesNotApplyAnyMoreAndKeepsWhatNobodyManages() {
        ObjectNode live = apply(null, "{'replicas':2,'paused':true}", "one", false);
        live.withObjectProperty("spec").put("revisionHistoryLimit", 10);

        ObjectNode now = apply(live, "{'paused':true}", "one", false);

        assertThat(spec(now)).isEqualTo(expected("{'paused':true,'revisionHistoryLimit':10}"));
    }

    @Test
    void dropsAWholeStructWithTheDefaultsInIt() {
        String probed = "{'template':{'spec':{'containers':[{'name':'a','image':'x',"
                + "'readinessProbe':{'httpGet':{'port':80}}}]}}}";
        ObjectNode live = apply(null, probed, "one", false);
        ((ObjectNode) live.at("/spec/template/spec/containers/0/readinessProbe")).put("periodSeconds", 10);

        ObjectNode now = apply(live, "{'template':{'spec':{'containers':[{'name':'a','image':'x'}]}}}", "one", false);

        assertThat(spec(now)).isEqualTo(expected("{'template':{'spec':{'containers':[{'name':'a','image':'x'}]}}}"));
    }

    @Test
    void dropsAListItemUnlessAnotherManagesSomethingOfIt() {
        String env = "{'template':{'spec':{'containers':[{'name':'a','env':[%s]}]}}}";
        ObjectNode live = apply(null, env.formatted("{'name':'X','value':'1'},{'name':'Y','value':'2'}"), "one", false);
        live = apply(live, env.formatted("{'name':'Y','value':'2'}"), "two", false);

        ObjectNode now = apply(live, env.formatted(""), "one", false);

        assertThat(now.at("/spec/template/spec/containers/0/env")).isEqualTo(expected("[{'name':'Y','value':'2'}]"));
    }

    @Test
    void sameValueFromTwoManagersIsNoConflict() {
        ObjectNode live = apply(null, "{'replicas':2}", "one", false);

        ObjectNode now = apply(live, "{'replicas':2}", "two", false);

        assertThat(now.at("/metadata/managedFields").valueStream().map(entry -> Json.text(entry, "manager")))
                .containsExactly("one", "two");
    }

    @Test
    void otherValueIsAConflictThatForceSettles() {
        ObjectNode live = apply(null, "{'replicas':2}", "one", false);

        assertThatThrownBy(() -> apply(live, "{'replicas':3}", "two", false))
                .isInstanceOf(ApiException.class)
                .hasMessage("Apply failed with 1 conflict: conflict with \"one\": .spec.replicas");
        ObjectNode now = apply(live, "{'replicas':3}", "two", true);
        assertThat(spec(now)).isEqualTo(expected("{'replicas':3}"));
        assertThat(now.at("/metadata/managedFields").valueStream().map(entry -> Json.text(entry, "manager")))
                .containsExactly("two");
    }

    @Test
    void updateTakesFieldsOver() {
        ObjectNode live = apply(null, "{'replicas':2,'paused':true}", "one", false);
        ObjectNode changed = live.deepCopy();
        changed.withObjectProperty("spec").put("replicas", 5);

        ownership.update(Kinds.DEPLOYMENT, live, changed, "kubectl", "", "2026-01-01T00:00:00Z");

        assertThatThrownBy(() -> apply(changed, "{'replicas':2,'paused':true}", "one", false))
                .hasMessageContaining("conflict with \"kubectl\" using apps/v1: .spec.replicas");
        assertThat(apply(changed, "{'paused':true}", "one", false)
                        .at("/spec/replicas")
                        .asInt(0))
                .isEqualTo(5);
    }

    @Test
    void writesFieldsAsTheRealServerDoes() {
        ObjectNode live = apply(
                null,
                "{'template':{'spec':{'containers':[{'name':'a','ports':[{'containerPort':80}],'args':['x']}]}}}",
                "one",
                false);

        JsonNode fields = live.at("/metadata/managedFields/0/fieldsV1");

        assertThat(fields).isEqualTo(Json.parse("""
                        {"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\\"name\\":\\"a\\"}":{
                          ".":{},"f:args":{},"f:name":{},
                          "f:ports":{"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:containerPort":{}}}
                        }}}}}}"""));
    }

    @Test
    void keepsTheOrderThatIsApplied() {
        String env = "{'template':{'spec':{'containers':[{'name':'a','env':[%s]}]}}}";
        ObjectNode live = apply(null, env.formatted("{'name':'X'},{'name':'Y'}"), "one", false);
        live = apply(live, env.formatted("{'name':'Z'}"), "two", false);

        ObjectNode now = apply(live, env.formatted("{'name':'Y'},{'name':'X'}"), "one", false);

        List<String> names = now.at("/spec/template/spec/containers/0/env")
                .valueStream()
                .map(each -> Json.text(each, "name"))
                .toList();
        assertThat(names).containsSubsequence("Y", "X").contains("Z");
    }
}

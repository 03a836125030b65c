package dev.octavo.engine.sandbox.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PatchesTest {
    private final Patches patches = new Patches(Schema.load());

    private static JsonNode json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }

    @Test
    void mergePatchSetsAndRemoves() {
        JsonNode result = Patches.merge(json("{'a':{'b':1,'c':2},'d':[1]}"), json("{'a':{'b':null,'e':3},'d':[2]}"));

        assertThat(result).isEqualTo(json("{'a':{'c':2,'e':3},'d':[2]}"));
    }

    @Test
    void jsonPatchDoesEveryOperation() {
        JsonNode result = Patches.json(
                json("{'a':{'b':[1,2]},'c':'x'}"),
                json("[{'op':'test','path':'/c','value':'x'},{'op':'add','path':'/a/b/-','value':3},"
                        + "{'op':'replace','path':'/a/b/0','value':9},{'op':'remove','path':'/a/b/1'},"
                        + "{'op':'copy','from':'/c','path':'/d'},{'op':'move','from':'/c','path':'/a~1e'}]"));

        assertThat(result).isEqualTo(json("{'a':{'b':[9,3]},'d':'x','a/e':'x'}"));
    }

    @Test
    void jsonPatchThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> Patches.json(json("{}"), json("[{'op':'remove','path':'/a'}]")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422));
        assertThatThrownBy(() -> Patches.json(json("{}"), json("[{'op':'jump','path':'/a'}]")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
    }

    @Test
    void strategicPatchMergesContainersByName() {
        JsonNode result = patches.strategic(
                Kinds.DEPLOYMENT,
                json(
                        "{'spec':{'template':{'spec':{'containers':[{'name':'a','image':'x:1','args':['p']},{'name':'b'}]}}}}"),
                json("{'spec':{'template':{'spec':{'containers':[{'name':'a','image':'x:2','args':['q']},"
                        + "{'name':'b','$patch':'delete'},{'name':'c'}]}}}}"));

        assertThat(result)
                .isEqualTo(json("{'spec':{'template':{'spec':{'containers':[{'name':'a','image':'x:2','args':['q']},"
                        + "{'name':'c'}]}}}}"));
    }

    @Test
    void strategicPatchReplacesAndKeepsTheOrderThatIsAskedFor() {
        JsonNode result = patches.strategic(
                Kinds.POD,
                json("{'spec':{'nodeSelector':{'a':'1'},'volumes':[{'name':'v'},{'name':'w'}]}}"),
                json("{'spec':{'nodeSelector':{'$patch':'replace','b':'2'},"
                        + "'$setElementOrder/volumes':[{'name':'w'},{'name':'v'}],'volumes':[{'name':'w'}]}}"));

        assertThat(result).isEqualTo(json("{'spec':{'nodeSelector':{'b':'2'},'volumes':[{'name':'w'},{'name':'v'}]}}"));
    }
}

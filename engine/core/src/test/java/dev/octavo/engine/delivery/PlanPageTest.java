package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.cluster.FieldChange;
import dev.octavo.engine.cluster.ImageUse;
import dev.octavo.engine.cluster.Plan;
import dev.octavo.engine.cluster.PlannedObject;
import dev.octavo.engine.cluster.PlannedObject.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class PlanPageTest {
    @TempDir
    private Path directory;

    private static PlannedObject object(String kind, String apiVersion, String name, Change change) {
        List<FieldChange> changes = change == Change.CHANGE
                ? List.of(
                        new FieldChange("spec.template.spec.containers[app].image", "r/shop:1", "r/shop:2<script>"),
                        new FieldChange("metadata.labels[a]", "", "x"))
                : List.of();
        return new PlannedObject(
                kind, apiVersion, "shop-prod", name, change, "deploy/prod/app.yaml", 3, changes, List.of(), "w", "m");
    }

    static PlanResult result(int configMaps) {
        List<PlannedObject> objects = new ArrayList<>();
        objects.add(object("Namespace", "v1", "shop-prod", Change.UNCHANGED));
        for (int i = 0; i < configMaps; i++) {
            objects.add(object("ConfigMap", "v1", "settings-" + i, Change.UNCHANGED));
        }
        objects.add(object("Secret", "v1", "login", Change.CREATE));
        objects.add(object("Deployment", "apps/v1", "catalog-service-with-a-very-long-name-indeed", Change.CHANGE));
        objects.add(object("Job", "batch/v1", "migrate", Change.RECREATE));
        objects.add(object("Ingress", "networking.k8s.io/v1", "shop & co", Change.UNCHANGED));
        objects.add(object("ConfigMap", "v1", "old-settings", Change.DELETE));
        Plan plan = new Plan(
                "prod",
                "https://cluster.test:6443",
                "shop-prod",
                objects,
                List.of(
                        new ImageUse("Deployment/catalog", "app", "r/shop:2@sha256:abc", true),
                        new ImageUse("Job/migrate", "tool", "busybox:1", false)),
                Map.of("r/shop", "sha256:abc"),
                List.of(),
                List.of("Service/web selects no pod"),
                "sha256:123");
        return new PlanResult(
                "prod",
                "v1.0.0",
                "0a1b2c3",
                List.of(new PlanResult.Planned(
                        "catalog-service", "sha256:abc", "12 tests passed", "Sonar: passed", plan, null, null)),
                "sha256:789",
                "Deploy catalog-service (v1.0.0) to prod?  是否部署到 prod？\n\nmore",
                null,
                null,
                null);
    }

    @Test
    void tellsAllInWordsOfBothLanguages() {
        String page = PlanPage.html(result(2));

        assertThat(page)
                .contains(
                        "create 新建",
                        "change 修改",
                        "recreate 重建",
                        "delete 删除",
                        "unchanged 不变",
                        "12 tests passed",
                        "Sonar: passed",
                        "sha256:789",
                        "Service/web selects no pod",
                        "not built by this run, and only a tag",
                        "r/shop:2&lt;script&gt;",
                        "shop &amp; co",
                        "是否部署到 prod");
    }

    @Test
    void needsNothingFromElsewhereAndRunsNothing() {
        String page = PlanPage.html(result(2));

        assertThat(page).doesNotContain("<script", "<link", "@import", "url(", "<img", "onload", "style=\"");
        assertThat(Pattern.compile("(?:src|href)=").matcher(page).find()).isFalse();
    }

    @Test
    void isWellFormed() throws Exception {
        String page = PlanPage.html(result(40));
        String xml = page.replaceFirst("<!DOCTYPE html>", "").replaceAll("(<meta [^>]*)>", "$1/>");

        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new java.io.StringReader(xml)))
                        .getElementsByTagName("article")
                        .getLength())
                .isEqualTo(46);
    }

    @Test
    void drawsNoMoreThanCanBeLookedAt() {
        String page = PlanPage.html(result(5_000));

        assertThat(page).contains("more 另有", "5002 unchanged 不变");
        assertThat(page.split("class=\"node ", -1).length).isLessThan(40);
    }

    @Test
    void isWrittenIntoFoldersThatAreNotThereYet() throws IOException {
        Path file = directory.resolve("a/b/plan.html");

        PlanPage.write(result(0), file);

        assertThat(Files.readString(file)).startsWith("<!DOCTYPE html>");
    }
}

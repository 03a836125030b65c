package dev.octavo.engine.delivery;

import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.FieldChange;
import dev.octavo.engine.cluster.ImageUse;
import dev.octavo.engine.cluster.Plan;
import dev.octavo.engine.cluster.PlanPicture;
import dev.octavo.engine.cluster.PlannedObject;
import dev.octavo.engine.cluster.PlannedObject.Change;
import dev.octavo.engine.page.Html;
import dev.octavo.engine.template.Placeholder;
import java.nio.file.Path;
import java.util.List;

/**
 * A plan as one HTML page, in English and Chinese: no script, nothing from elsewhere, readable without its style sheet too,
 * which Jenkins does not allow for archived pages.
 */
final class PlanPage {
    private final PlanResult result;
    private final StringBuilder html = new StringBuilder();

    private PlanPage(PlanResult result) {
        this.result = result;
    }

    /** @throws EngineException {@link ErrorCode#BUILD_DISK} */
    static void write(PlanResult result, Path file) {
        Html.write(html(result), file, "The plan's page");
    }

    static String html(PlanResult result) {
        return new PlanPage(result).page();
    }

    private String page() {
        String title = "Plan for " + result.environment() + " 部署计划";
        Html.begin(html, title, PlanPage.class, "plan.css");
        result.question().lines().findFirst().ifPresent(line -> element("p", "question", line));
        html.append("\n<p class=\"summary\">").append(counts(allObjects())).append("</p>\n");
        html.append("<p>Nothing was written to make this plan. 生成此计划时未做任何改动。</p>\n");
        result.services().forEach(this::service);
        html.append("<dl>");
        fact("Hash of the plan 计划哈希值", result.hash());
        return html.append("</dl>\n</body>\n</html>\n").toString();
    }

    private List<PlannedObject> allObjects() {
        return result.services().stream()
                .flatMap(planned -> planned.plan().objects().stream())
                .toList();
    }

    private static String counts(List<PlannedObject> objects) {
        StringBuilder counts = new StringBuilder();
        for (Change change : Change.values()) {
            long count =
                    objects.stream().filter(object -> object.change() == change).count();
            if (count > 0) {
                counts.append("<span class=\"count ")
                        .append(change.word())
                        .append("\"><b>")
                        .append(count)
                        .append("</b> ")
                        .append(PlanPicture.words(change))
                        .append("</span> ");
            }
        }
        return counts.toString();
    }

    private void service(PlanResult.Planned planned) {
        Plan plan = planned.plan();
        html.append("<section>\n");
        element("h2", "", planned.service()).append("\n<dl>");
        fact("Cluster 集群", plan.server());
        fact("Namespace 命名空间", plan.namespace());
        fact("Image 镜像摘要", planned.digest().isEmpty() ? "not built by this run 非本次构建" : planned.digest());
        fact("Tests 测试", planned.tests());
        fact("Quality 质量", planned.quality());
        html.append("</dl>\n");
        if (!plan.warnings().isEmpty()) {
            html.append("<div class=\"warnings\" role=\"note\"><strong>Warnings 警告</strong><ul>");
            plan.warnings().forEach(warning -> element("li", "", warning));
            html.append("</ul></div>\n");
        }
        html.append("<figure>").append(PlanPicture.svg(plan));
        html.append("<figcaption>What happens, in this order. 将按此顺序进行。").append("</figcaption></figure>\n");
        objects(plan);
        images(plan.images());
        placeholders(plan.placeholders());
        html.append("</section>\n");
    }

    // ---------------------------------------------------------------------------------------------------- the objects

    private void objects(Plan plan) {
        element("h3", "", "Objects 对象");
        plan.objects().stream().filter(PlanPage::matters).forEach(this::object);
        List<PlannedObject> rest =
                plan.objects().stream().filter(object -> !matters(object)).toList();
        if (!rest.isEmpty()) {
            html.append("<details><summary>").append(rest.size()).append(" unchanged 不变</summary>");
            rest.forEach(this::object);
            html.append("</details>\n");
        }
    }

    private static boolean matters(PlannedObject object) {
        return object.change() != Change.UNCHANGED || !object.warnings().isEmpty();
    }

    private void object(PlannedObject object) {
        html.append("<article class=\"").append(object.change().word()).append("\"><header>");
        element("span", "word", PlanPicture.words(object.change())).append(' ');
        element("span", "kind", object.kind()).append(' ');
        element("strong", "", object.name()).append(' ');
        if (!object.namespace().isEmpty()) {
            element("span", "quiet", "in " + object.namespace()).append(' ');
        }
        element("span", "quiet", object.place()).append("</header>");
        object.warnings().forEach(warning -> element("p", "warning", "Note 注意: " + warning));
        if (!object.changes().isEmpty()) {
            html.append("<table><thead><tr><th>Field 字段</th><th>Now 当前</th><th>Then 变更后</th></tr></thead><tbody>");
            object.changes().forEach(this::field);
            html.append("</tbody></table>");
        }
        html.append("</article>\n");
    }

    private void field(FieldChange field) {
        html.append("<tr><td><code>").append(Html.escape(field.path())).append("</code></td>");
        value("before", "− ", field.before());
        value("after", "+ ", field.after());
        html.append("</tr>");
    }

    private void value(String style, String sign, String value) {
        html.append("<td class=\"").append(style).append("\"><pre>");
        html.append(sign)
                .append(value.isEmpty() ? "(none 无)" : Html.escape(value))
                .append("</pre></td>");
    }

    // ------------------------------------------------------------------------------------------------------- the rest

    private void images(List<ImageUse> images) {
        if (images.isEmpty()) {
            return;
        }
        element("h3", "", "Images 镜像");
        html.append("<table><thead><tr><th>Image 镜像</th><th>Container 容器</th><th>Origin 来源</th></tr></thead><tbody>");
        for (ImageUse image : images) {
            html.append("<tr><td><code>").append(Html.escape(image.image())).append("</code></td>");
            element("td", "", image.object() + ", " + image.container());
            element("td", "", origin(image)).append("</tr>");
        }
        html.append("</tbody></table>\n");
    }

    private static String origin(ImageUse image) {
        if (image.pinned()) {
            return "built by this run 本次构建";
        }
        return image.image().contains("@")
                ? "not built by this run, a digest 非本次构建，为摘要"
                : "not built by this run, and only a tag 非本次构建，仅为标签";
    }

    private void placeholders(List<Placeholder> placeholders) {
        List<Placeholder> distinct = placeholders.stream().distinct().toList();
        if (distinct.isEmpty()) {
            return;
        }
        html.append("<details><summary>Placeholders 占位符: ")
                .append(distinct.size())
                .append("</summary>");
        html.append(
                "<table><thead><tr><th>Placeholder 占位符</th><th>Place 位置</th><th>Value from 取值来源</th></tr></thead><tbody>");
        for (Placeholder placeholder : distinct) {
            html.append("<tr><td><code>")
                    .append(Html.escape(placeholder.text()))
                    .append("</code></td>");
            element("td", "", placeholder.place());
            element("td", "", placeholder.source()).append("</tr>");
        }
        html.append("</tbody></table></details>\n");
    }

    private void fact(String name, String value) {
        element("dt", "", name);
        element("dd", "", value.isEmpty() ? "-" : value);
    }

    private StringBuilder element(String name, String style, String text) {
        return Html.element(html, name, style, text);
    }
}

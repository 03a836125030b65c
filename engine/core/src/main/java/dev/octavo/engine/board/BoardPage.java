package dev.octavo.engine.board;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.board.Board.Cell;
import dev.octavo.engine.board.Board.Row;
import dev.octavo.engine.board.Measures.Week;
import dev.octavo.engine.cluster.Health;
import dev.octavo.engine.cluster.Release;
import dev.octavo.engine.cluster.Release.Status;
import dev.octavo.engine.page.Html;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * The board as one HTML page, in English and Chinese: no script, nothing from elsewhere, light or dark as the reader has
 * it, usable by keyboard, without colour and on a phone.
 */
public final class BoardPage {
    private static final int SHORT = 7;
    private static final int DIGEST = 12;
    private static final double DAY = 24;
    private static final Pattern WEB = Pattern.compile("https?://.*", Pattern.CASE_INSENSITIVE);

    private final Board board;
    private final String rollbackJob;
    private final StringBuilder html = new StringBuilder();

    private BoardPage(Board board, String rollbackJob) {
        this.board = board;
        this.rollbackJob = WEB.matcher(rollbackJob).matches() ? rollbackJob.replaceAll("/+$", "") : "";
    }

    /**
     * Writes the page.
     *
     * @param rollbackJob the address of the job that goes back to releases; {@code ""} where there is none
     * @throws EngineException {@link ErrorCode#BUILD_DISK}
     */
    public static void write(Board board, String rollbackJob, Path file) {
        Html.write(html(board, rollbackJob), file, "The board's page");
    }

    static String html(Board board, String rollbackJob) {
        return new BoardPage(board, rollbackJob).page();
    }

    private String page() {
        Html.begin(html, "Deliveries 交付看板", BoardPage.class, "board.css");
        html.append("<nav aria-label=\"Parts of this page 本页内容\"><a href=\"#board\">Board 看板</a>")
                .append(" <a href=\"#measures\">Measures 度量</a> <a href=\"#history\">History 历史</a></nav>\n");
        html.append("<p class=\"quiet\">From the releases in the cluster, as of 数据来自集群中的发布记录，截至 ");
        time(board.at());
        html.append(". No page of it changes anything. 此页面不会改变任何内容。</p>\n");
        problems();
        matrix();
        measures();
        history();
        return html.append("</body>\n</html>\n").toString();
    }

    private void problems() {
        if (board.problems().isEmpty()) {
            return;
        }
        html.append("<div class=\"warnings\" role=\"note\"><strong>Not known 未知</strong><ul>");
        for (Board.Problem problem : board.problems()) {
            element("li", "", (problem.environment().isEmpty() ? "" : problem.environment() + ": ") + problem.text());
        }
        html.append("</ul></div>\n");
    }

    // ------------------------------------------------------------------------------------------------------ the board

    private void matrix() {
        html.append("<section id=\"board\">\n<h2>What runs where 各环境运行的版本</h2>\n");
        if (board.rows().isEmpty()) {
            html.append("<p>Nothing was released yet. 尚无发布。</p>\n</section>\n");
            return;
        }
        html.append("<table class=\"board\"><thead><tr><th scope=\"col\">Microservice 微服务</th>");
        board.environments().forEach(environment -> {
            html.append("<th scope=\"col\">").append(Html.escape(environment)).append("</th>");
        });
        html.append("</tr></thead>\n<tbody>\n");
        for (int i = 0; i < board.rows().size(); i++) {
            Row row = board.rows().get(i);
            html.append("<tr><th scope=\"row\"><a href=\"#service-").append(i).append("\">");
            html.append(Html.escape(row.service())).append("</a></th>");
            for (String environment : board.environments()) {
                html.append("<td data-environment=\"")
                        .append(Html.escape(environment))
                        .append("\">");
                cells(row, environment);
                html.append("</td>");
            }
            html.append("</tr>\n");
        }
        html.append("</tbody></table>\n</section>\n");
    }

    private void cells(Row row, String environment) {
        List<Cell> cells = row.in(environment);
        if (cells.isEmpty()) {
            boolean unread = board.problems().stream()
                    .anyMatch(problem -> problem.environment().equals(environment));
            element("span", "quiet", unread ? "unknown 未知" : "never released 未发布");
        }
        for (Cell cell : cells) {
            html.append("<div class=\"cell ")
                    .append(cell.health().state().name().toLowerCase(Locale.ROOT))
                    .append("\">");
            cell(row.service(), cell, cells.size() > 1);
            html.append("</div>");
        }
    }

    private void cell(String service, Cell cell, boolean named) {
        Release release = cell.present();
        element("strong", "", version(release)).append(' ');
        health(cell.health());
        if (named) {
            element("div", "quiet", "in 命名空间 " + cell.namespace());
        }
        if (!release.status().good()) {
            element("div", "note", words(release.status()));
        }
        html.append("<div class=\"facts\">");
        time(release.finished() == null ? release.started() : release.finished());
        code("commit 提交", release.facts().getOrDefault("commit", ""), SHORT);
        code("digest 摘要", digest(release), DIGEST);
        String approver = release.facts().getOrDefault("approver", "");
        element("span", "", approver.isEmpty() ? "by: unknown 批准人未知" : "by 批准人 " + approver)
                .append(' ');
        run(release);
        html.append("</div>");
        Release later = cell.later();
        if (later != null) {
            element(
                    "div",
                    "note",
                    "then release 之后的发布 " + later.number() + " (" + version(later) + "): " + words(later.status())
                            + (later.description().isEmpty() ? "" : ", " + later.description()));
        }
        if (!rollbackJob.isEmpty()
                && cell.releases().stream().filter(each -> each.status().good()).count() > 1) {
            html.append("<a href=\"").append(Html.escape(rollbackJob)).append("/build\" aria-label=\"");
            html.append(Html.escape("Roll back " + service + " in " + cell.environment() + " 回滚"))
                    .append("\">");
            html.append("Roll back 回滚</a>");
        }
    }

    private void health(Health health) {
        String style = health.state().name().toLowerCase(Locale.ROOT);
        String word =
                switch (health.state()) {
                    case HEALTHY -> "✓ healthy 健康";
                    case UNHEALTHY -> "✗ not healthy 不健康";
                    case UNKNOWN -> "? health unknown 健康状况未知";
                };
        element("span", "health " + style, word);
        if (!health.message().isEmpty()) {
            element("div", "note", health.message());
        }
    }

    private void run(Release release) {
        String run = release.facts().getOrDefault("run", "");
        if (WEB.matcher(run).matches()) {
            html.append("<a href=\"").append(Html.escape(run)).append("\">run 运行</a>");
        } else {
            element("span", run.isEmpty() ? "quiet" : "", run.isEmpty() ? "run: unknown 运行未知" : "run 运行 " + run);
        }
    }

    private void code(String what, String text, int length) {
        if (text.isEmpty()) {
            element("span", "quiet", what + ": unknown 未知").append(' ');
            return;
        }
        html.append(what).append(" <code title=\"").append(Html.escape(text)).append("\">");
        html.append(Html.escape(text.substring(0, Math.min(length, text.length()))))
                .append("</code> ");
    }

    static String version(Release release) {
        String version = release.facts().getOrDefault("version", "");
        if (!version.isEmpty()) {
            return version;
        }
        // what has no version yet is known by its tag
        return release.images().stream()
                .map(image -> image.replaceFirst("@sha256:.*$", ""))
                .map(image -> image.substring(image.lastIndexOf('/') + 1))
                .filter(image -> image.contains(":"))
                .map(image -> image.substring(image.indexOf(':') + 1))
                .findFirst()
                .orElse(release.title());
    }

    /** Of its first image that has one; {@code ""} where none has. */
    static String digest(Release release) {
        return release.images().stream()
                .filter(image -> image.contains("@sha256:"))
                .map(image -> image.substring(image.indexOf("@sha256:") + "@sha256:".length()))
                .findFirst()
                .orElse("");
    }

    private static String words(Status status) {
        return switch (status) {
            case PENDING -> "under way 进行中";
            case DEPLOYED -> "deployed 已部署";
            case SUPERSEDED -> "superseded 已被取代";
            case ROLLING_BACK -> "being undone 正在回滚";
            case ROLLED_BACK -> "failed and undone 失败并已回滚";
            case FAILED -> "failed 失败";
            case ADOPTED -> "was there before 原有版本";
        };
    }

    // --------------------------------------------------------------------------------------------------- the measures

    private void measures() {
        Measures measures = board.measures();
        html.append("<section id=\"measures\">\n<h2>Measures of ").append(Html.escape(measures.environment()));
        html.append(
                " 交付度量</h2>\n<p>By weeks from Monday, UTC, of all microservices on this board. 按周（周一起，UTC）统计本看板的全部微服务。");
        if (measures.weeks().stream().anyMatch(week -> !week.complete())) {
            html.append(
                    " <strong>*</strong> The cluster has forgotten releases of that week, so it is not all that happened."
                            + " 集群已不再保留该周的部分发布记录，数据不完整。");
        }
        html.append("</p>\n<div class=\"charts\">\n");
        chart(
                "Deployment frequency 部署频率",
                "Deployments to the environment that succeeded, without rollbacks. 成功部署到该环境的次数，不含回滚。",
                Week::succeeded,
                week -> String.valueOf(week.succeeded()));
        chart(
                "Lead time for changes 变更前置时间",
                "Median time from the commit to the end of its deployment, of those that succeeded and whose commit's time is"
                        + " known. 从提交到部署完成的时间中位数，仅计成功且提交时间已知的部署。",
                Week::leadHours,
                week -> hours(week.leadHours()));
        chart(
                "Change failure rate 变更失败率",
                "Deployments that failed, were undone, or that somebody went back from, of all deployments. "
                        + "失败、被撤销或之后被回滚的部署占全部部署的比例。",
                Week::failureRate,
                week -> week.failureRate() < 0 ? "–" : Math.round(week.failureRate() * 100) + " %");
        chart(
                "Time to restore 恢复时间",
                "Median time from the start of a deployment that failed until it was undone, or the next good one ran. "
                        + "从失败的部署开始，到被撤销或下一次成功部署运行的时间中位数。",
                Week::restoreHours,
                week -> hours(week.restoreHours()));
        html.append("</div>\n");
        figures(measures);
        html.append("</section>\n");
    }

    private void chart(String title, String definition, ToDoubleFunction<Week> value, Function<Week, String> words) {
        html.append("<figure>");
        element("h3", "", title);
        html.append("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"")
                .append(Html.escape(title))
                .append("\">");
        html.append(MeasureChart.svg(title, board.measures().weeks(), value, words))
                .append("</div>");
        element("figcaption", "", definition);
        html.append("</figure>\n");
    }

    private void figures(Measures measures) {
        html.append("<details><summary>In figures 数字明细</summary><div class=\"scroll\" tabindex=\"0\" role=\"group\" "
                + "aria-label=\"In figures 数字明细\"><table><thead><tr>");
        for (String head : List.of(
                "Week from 周起始",
                "Deployments 部署",
                "Succeeded 成功",
                "Failed 失败",
                "Lead time 前置时间",
                "Known of 已知数",
                "Time to restore 恢复时间",
                "Restored 已恢复",
                "Not yet 未恢复")) {
            html.append("<th scope=\"col\">").append(head).append("</th>");
        }
        html.append("</tr></thead><tbody>");
        for (Week week : measures.weeks()) {
            html.append("<tr><th scope=\"row\">")
                    .append(week.monday())
                    .append(week.complete() ? "" : "*")
                    .append("</th>");
            element("td", "", String.valueOf(week.deployments()));
            element("td", "", String.valueOf(week.succeeded()));
            element("td", "", String.valueOf(week.failed()));
            element("td", "", hours(week.leadHours()));
            element("td", "", String.valueOf(week.leadKnown()));
            element("td", "", hours(week.restoreHours()));
            element("td", "", String.valueOf(week.restored()));
            element("td", "", String.valueOf(week.broken()));
            html.append("</tr>");
        }
        html.append("</tbody></table></div></details>\n");
    }

    static String hours(double hours) {
        if (hours < 0) {
            return "–";
        }
        if (hours < 1) {
            return Math.max(1, Math.round(hours * 60)) + " min";
        }
        return hours < 2 * DAY
                ? String.format(Locale.ROOT, "%.1f h", hours)
                : String.format(Locale.ROOT, "%.1f d", hours / DAY);
    }

    // ---------------------------------------------------------------------------------------------------- the history

    private void history() {
        html.append("<section id=\"history\">\n<h2>History 历史</h2>\n");
        for (int i = 0; i < board.rows().size(); i++) {
            Row row = board.rows().get(i);
            html.append("<details><summary>").append(Html.escape(row.service())).append("</summary>\n");
            html.append("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"")
                    .append(Html.escape(row.service()));
            html.append("\"><table id=\"service-").append(i).append("\"><thead><tr>");
            for (String head : List.of(
                    "Environment 环境",
                    "Release 发布",
                    "At 时间",
                    "Result 结果",
                    "Version 版本",
                    "Commit 提交",
                    "Digest 摘要",
                    "By 批准人",
                    "Run 运行",
                    "Go back 回滚")) {
                html.append("<th scope=\"col\">").append(head).append("</th>");
            }
            html.append("</tr></thead><tbody>\n");
            for (String environment : board.environments()) {
                row.in(environment).forEach(cell -> releases(row.service(), cell));
            }
            html.append("</tbody></table></div></details>\n");
        }
        html.append("</section>\n");
    }

    private void releases(String service, Cell cell) {
        for (Release release : cell.releases()) {
            html.append("<tr>");
            element("td", "", cell.environment() + (cell.namespace().isEmpty() ? "" : " (" + cell.namespace() + ")"));
            element("td", "", String.valueOf(release.number()));
            html.append("<td>");
            time(release.started());
            html.append("</td>");
            element(
                    "td",
                    "",
                    words(release.status()) + (release.description().isEmpty() ? "" : ": " + release.description()));
            element("td", "", version(release));
            html.append("<td>");
            code("", release.facts().getOrDefault("commit", ""), SHORT);
            html.append("</td><td>");
            code("", digest(release), DIGEST);
            html.append("</td>");
            element("td", "", release.facts().getOrDefault("approver", "–"));
            html.append("<td>");
            run(release);
            html.append("</td><td>");
            if (release.status().good() && release.number() != cell.present().number()) {
                element(
                        "code",
                        "",
                        "octavo rollback " + service + " --environment " + cell.environment() + " --to "
                                + release.number());
            }
            html.append("</td></tr>\n");
        }
    }

    // ------------------------------------------------------------------------------------------------------- the rest

    private void time(Instant instant) {
        if (instant.equals(Instant.EPOCH)) {
            html.append("<span class=\"quiet\">time unknown 时间未知</span> ");
            return;
        }
        Instant seconds = instant.truncatedTo(ChronoUnit.SECONDS);
        html.append("<time datetime=\"").append(seconds).append("\">");
        html.append(seconds.toString().replace('T', ' ').replace("Z", " UTC")).append("</time> ");
    }

    private StringBuilder element(String name, String style, String text) {
        return Html.element(html, name, style, text);
    }
}

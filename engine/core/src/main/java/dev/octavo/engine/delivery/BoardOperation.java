package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.board.Board;
import dev.octavo.engine.board.BoardPage;
import dev.octavo.engine.cluster.ClusterTarget;
import dev.octavo.engine.cluster.Releases;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What runs where; changes nothing. */
final class BoardOperation implements Operation<BoardRequest, BoardResult> {
    /** A board of more would be of no use. */
    private static final int MAX_WEEKS = 104;

    @Override
    public BoardResult run(BoardRequest request, EngineContext context) {
        requireKnown(request);
        List<Releases.Standing> standings = new ArrayList<>();
        List<Board.Problem> problems = new ArrayList<>();
        EngineException failure = null;
        List<String> environments = request.environments().isEmpty() ? List.of("") : request.environments();
        for (String environment : environments) {
            try {
                standings.addAll(read(request, environment, context));
            } catch (EngineException e) {
                if (e.code() == ErrorCode.CANCELLED) {
                    throw e;
                }
                failure = first(failure, e);
                problems.add(new Board.Problem(environment, e.what() + ": " + e.why()));
            }
        }
        if (failure != null && standings.isEmpty()) {
            throw failure;
        }
        Board board = Board.of(
                standings,
                request.environments(),
                request.production(),
                Math.min(MAX_WEEKS, Math.max(1, request.weeks())),
                problems,
                context.clock().instant());
        board.problems().forEach(problem -> context.listener()
                .warning((problem.environment().isEmpty() ? "" : problem.environment() + ": ") + problem.text()));
        if (!request.html().isEmpty()) {
            BoardPage.write(board, request.rollbackJob(), context.workspace().resolve(request.html()));
        }
        return BoardResult.of(board);
    }

    private static EngineException first(@Nullable EngineException before, EngineException e) {
        return before == null ? e : before;
    }

    private static List<Releases.Standing> read(BoardRequest request, String environment, EngineContext context) {
        ClusterTarget target = Clusters.target(
                request.kubeconfigs().getOrDefault(environment, request.kubeconfig()),
                request.contexts().getOrDefault(environment, request.context()),
                context);
        List<Releases.Standing> standings = new ArrayList<>();
        String namespaces = request.namespaces().getOrDefault(environment, request.clusterNamespace());
        for (String namespace : namespaces.split("\\+")) {
            standings.add(Releases.standing(
                    target, namespace.strip(), request.service(), environment, request.health(), context));
        }
        return standings;
    }

    /** A setting for an environment that is not shown is a mistake that would not be seen. */
    private static void requireKnown(BoardRequest request) {
        TreeSet<String> unknown = new TreeSet<>();
        for (Map<String, String> each : List.of(request.namespaces(), request.kubeconfigs(), request.contexts())) {
            unknown.addAll(each.keySet());
        }
        unknown.removeAll(request.environments());
        if (!unknown.isEmpty()) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "The board has settings for environments that are not on it",
                    "namespaces, kubeconfigs, contexts",
                    String.join(", ", unknown) + ": not among the environments "
                            + (request.environments().isEmpty()
                                    ? "(none is named)"
                                    : String.join(", ", request.environments())),
                    "name them too: --environments " + String.join(",", unknown));
        }
    }
}

package io.jenkins.plugins.octavo.board;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.Action;
import hudson.model.Api;
import hudson.model.Item;
import hudson.model.Job;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.verb.POST;

/** The page "Deliveries". */
@ExportedBean
public abstract class BoardAction implements Action, StaplerProxy {
    static final String URL_NAME = "octavo-deliveries";

    /** The jobs whose deliveries count; those that the reader may not see are left out. */
    abstract Collection<? extends Job<?, ?>> jobs();

    /** Which of their deliveries are shown. */
    abstract Predicate<Place> shown();

    /** What it is the board of; null for all of Jenkins. */
    @CheckForNull
    public abstract Item getItem();

    /** Whose side panel is shown. */
    public abstract Object getOwner();

    /** @throws org.springframework.security.access.AccessDeniedException where the reader may not see it */
    abstract void checkRead();

    @Override
    public Object getTarget() {
        checkRead();
        return this;
    }

    @Override
    public String getDisplayName() {
        return Messages.BoardAction_displayName();
    }

    @Override
    public String getUrlName() {
        return URL_NAME;
    }

    /** The name of what it is the board of. */
    public String getSubject() {
        Item item = getItem();
        return item == null ? Messages.BoardAction_all() : item.getFullDisplayName();
    }

    Known known(Predicate<Place> which) {
        List<Job<?, ?>> readable = new ArrayList<>();
        for (Job<?, ?> job : jobs()) {
            if (job.hasPermission(Item.READ)) {
                readable.add(job);
            }
        }
        return Known.of(readable, shown().and(which));
    }

    private static String parameter(String name) {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        return request == null ? "" : Util.fixNull(request.getParameter(name));
    }

    /** What the page shows; made anew each time it is asked for. */
    public BoardView getBoard() {
        return new BoardView(known(place -> true), getItem(), parameter("q"), parameter("measured"));
    }

    @Exported
    public List<Row> getServices() {
        return isAsked() ? getBoard().getRows() : List.of();
    }

    /** Of the environment that people use, or that {@code ?measured=} names. */
    @Exported
    public List<Week> getMeasures() {
        return isAsked() ? getBoard().getWeeks() : List.of();
    }

    /** Whether the address is the board's own: who asks for a job, or a hundred, with all actions, means no boards. */
    private boolean isAsked() {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        return request != null && request.findAncestorObject(BoardAction.class) == this;
    }

    public Api getApi() {
        return new Api(this);
    }

    /** The history of a microservice: {@code service/catalog-service/}. */
    @CheckForNull
    public ServiceHistory getService(String name) {
        Known known = known(place -> place.service().equals(name));
        return known.places().isEmpty() ? null : new ServiceHistory(this, name, known);
    }

    // ------------------------------------------------------------------------------------------------------- going back

    /** For the page that asks which release; null where nothing is known of what the address names. */
    @CheckForNull
    public RollbackChoice rollback(String service, String environment, String namespace) {
        Place place = new Place(Util.fixNull(service), Util.fixNull(environment), Util.fixNull(namespace));
        Known known = known(place::equals);
        return known.places().isEmpty() ? null : new RollbackChoice(known, place);
    }

    /** The page's button: starts the job, which asks at its gate. */
    @POST
    public void doStart(
            StaplerRequest2 request,
            StaplerResponse2 response,
            @QueryParameter("service") String service,
            @QueryParameter("environment") String environment,
            @QueryParameter("namespace") String namespace,
            @QueryParameter("to") String to)
            throws IOException, ServletException {
        checkRead();
        RollbackChoice choice = rollback(service, environment, namespace);
        Optional<Job<?, ?>> job = choice == null ? Optional.empty() : choice.job();
        if (job.isEmpty() || !Util.fixNull(to).matches("\\d{0,9}")) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        Map<String, String> values = Map.of(
                RollbackJob.SERVICE, service, RollbackJob.ENVIRONMENT, environment, RollbackJob.TO, Util.fixNull(to));
        try {
            if (RollbackJob.start(job.get(), values)) {
                response.sendRedirect2(request.getContextPath() + "/" + job.get().getUrl());
                return;
            }
            request.setAttribute("objection", Messages.RollbackChoice_notStarted());
        } catch (IllegalArgumentException e) {
            request.setAttribute("objection", Messages.RollbackChoice_refused(job.get().getFullDisplayName()));
        }
        response.setStatus(HttpServletResponse.SC_CONFLICT);
        request.getView(this, "rollback").forward(request, response);
    }

    static String icon() {
        return "symbol-albums-outline plugin-ionicons-api";
    }
}

//! The hotline of the demo company: some days of calls, and what is owed to callers now.

use app::calls::{store, tasks};
use app::kernel::actor::By;
use app::kernel::door::Change;
use app::tickets::store::{self as tickets, TicketRow};
use app::{App, Failure};
use jiff::{SignedDuration, Timestamp};
use rules::access::Role;
use rules::calls::{
    Around, Call, CallState, Closing, Direction, EndedBy, Ending, Missed, TaskKind, Transport, Visit, end,
};
use rules::event::{Event, Happening};
use rules::ids::*;
use rules::text::Text;

use super::registry::{Colleague, Registry};

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    Solved,
    Diagnosing,
    Fixed,
    Sent,
    SecondLine,
    HungUp,
    Missed,
}

/// Calls of the last days: minutes ago, what came of them, what was said.
const CALLS: [(i64, Came, &str); 22] = [
    (7, Came::Missed, ""),
    (19, Came::HungUp, ""),
    (41, Came::Diagnosing, "客户到机房核对指示灯与告警信息，之后我方回电。"),
    (66, Came::Sent, "现场需更换电源模块，工程师带备件前往。"),
    (95, Came::Solved, "指导客户重启接入交换机端口，恢复正常。"),
    (118, Came::Fixed, "按指导重新插拔网线后恢复，明日确认。"),
    (152, Came::SecondLine, "日志显示存储链路异常，转二线分析。"),
    (214, Came::Diagnosing, "客户下午两点后方便，届时再核对配置。"),
    (236, Came::Missed, ""),
    (305, Came::Solved, "解答巡检报告中的告警含义。"),
    (420, Came::Fixed, "客户自行更换了备用跳线。"),
    (655, Came::Sent, "终端无法开机，约定上午到场。"),
    (890, Came::Solved, "重置用户口令。"),
    (1_130, Came::Solved, "说明软件补丁的安装步骤。"),
    (1_365, Came::Fixed, "清空打印队列后恢复。"),
    (1_580, Came::Solved, "确认录像保存天数的设置。"),
    (1_905, Came::SecondLine, "数据库备份任务失败，转二线。"),
    (2_340, Came::Solved, "协助客户核对序列号。"),
    (2_760, Came::Solved, "说明机房断电前的关机顺序。"),
    (3_120, Came::Solved, "解答门禁权限的设置方法。"),
    (3_600, Came::Solved, "远程协助恢复网络打印。"),
    (4_050, Came::Solved, "告知备件到货时间。"),
];

/// Stores the calls, each on an open ticket of its customer.
///
/// Errors: those of the door.
pub fn fill(app: &App, registry: &Registry, now: Timestamp) -> Result<(), Failure> {
    let people = |role: Role| -> Vec<Colleague> {
        registry.colleagues.iter().filter(|one| one.role == role).cloned().collect()
    };
    let (agents, engineers, managers) =
        (people(Role::Hotline), people(Role::Engineer), people(Role::Manager));
    let customers: Vec<CustomerId> = registry.places.iter().map(|place| place.customer).collect();
    app.change_now(By::System("demo"), move |c| {
        let mut open: Vec<TicketRow> = Vec::new();
        for customer in customers {
            if let Some(brief) = tickets::open_of_customer(c.tx, customer, 1)?.first()
                && !open.iter().any(|row| row.id == brief.id)
                && let Some(row) = tickets::find(c.tx, brief.id)?
            {
                open.push(row);
            }
        }
        if open.is_empty() || agents.is_empty() || engineers.is_empty() {
            return Ok(());
        }
        let Some(supervisor) = managers.first().map(|one| one.id) else { return Ok(()) };
        for (place, (age_min, came, said)) in CALLS.iter().enumerate().rev() {
            let told = Told {
                ticket: &open[place % open.len()],
                agent: &agents[place % agents.len()],
                engineer: &engineers[place % engineers.len()],
                supervisor,
                began_at: now - SignedDuration::from_mins(*age_min),
                came: *came,
                said,
            };
            told.store(c, now)?;
        }
        Ok(())
    })
}

/// A call with everybody who has to do with it.
struct Told<'a> {
    ticket: &'a TicketRow,
    agent: &'a Colleague,
    engineer: &'a Colleague,
    supervisor: UserId,
    began_at: Timestamp,
    came: Came,
    said: &'a str,
}

impl Told<'_> {
    fn store(&self, c: &mut Change<'_>, now: Timestamp) -> Result<(), Failure> {
        let names = tickets::names(c.tx, self.ticket.id)?;
        let id = store::add(
            c.tx,
            &store::NewCall {
                direction: Direction::In,
                state: CallState::Ringing,
                line_ref: None,
                phone: names.contact_phone.clone(),
                phone_key: names.contact_phone.clone(),
                caller_name: None,
                began_at: self.began_at,
            },
        )?;
        let Some(mut row) = store::find(c.tx, id)? else { return Err(Failure::NotFound) };
        row.customer_id = Some(self.ticket.customer_id);
        (row.site_id, row.contact_id) = (self.ticket.site_id, self.ticket.contact_id);
        (row.contract_id, row.commitment_id) = (self.ticket.contract_id, self.ticket.commitment_id);
        let begun =
            Event::CallBegun { direction: Direction::In, phone: row.phone.clone(), caller_name: None };
        let mut told = vec![row.call().happened(self.began_at, begun)];
        let ended_at = (self.began_at + SignedDuration::from_secs(290)).min(now);
        match self.came {
            Came::Missed => {
                (row.state, row.missed) = (CallState::Missed, Some(Missed::Unanswered));
                row.ended_at = Some(self.began_at + SignedDuration::from_secs(40));
                let missed = Event::CallMissed { missed: Missed::Unanswered };
                told.push(row.call().happened(self.began_at + SignedDuration::from_secs(40), missed));
                let due_at = self.began_at + rules::calls::MISSED_WITHIN;
                tasks::add(c.tx, id, TaskKind::Missed, None, due_at, None, self.began_at)?;
            }
            _ => told.extend(self.spoken(c, &mut row, ended_at)?),
        }
        row.version = i64::try_from(told.len()).unwrap_or(1);
        store::save(c.tx, &row)?;
        for happening in told {
            let learned_at = happening.at;
            c.happen_then(happening, By::User(self.agent.id), learned_at);
        }
        Ok(())
    }

    fn spoken(
        &self,
        c: &mut Change<'_>,
        row: &mut store::CallRow,
        ended_at: Timestamp,
    ) -> Result<Vec<Happening>, Failure> {
        let answered_at = self.began_at + SignedDuration::from_secs(9);
        row.agent_id = Some(self.agent.id);
        (row.state, row.answered_at) = (CallState::Active, Some(answered_at));
        row.ticket_id = Some(self.ticket.id);
        store::link(c.tx, row.id, self.ticket.id, ended_at)?;
        let mut told = vec![row.call().happened(answered_at, Event::CallAnswered { agent: row.agent_id })];
        let Some(ending) = self.ending(ended_at) else {
            (row.state, row.ended_at, row.ended_by) =
                (CallState::Ended, Some(ended_at), Some(EndedBy::Agent));
            let ended = Event::CallEnded { ended_by: row.ended_by, outcome: None, note: None };
            told.push(row.call().happened(ended_at, ended));
            return Ok(told);
        };
        let around = Around {
            supervisor: Some(self.supervisor),
            engineer_name: Some(self.engineer.name.clone()),
            to: row.phone.clone(),
            text: self.said.to_owned(),
        };
        let closing =
            Closing { ending, ended_by: EndedBy::Agent, note: Text::parse_optional("note", self.said)? };
        let call: Call = row.call();
        told.extend(end(&call, &closing, &around, ended_at)?);
        (row.state, row.ended_at, row.ended_by) = (CallState::Ended, Some(ended_at), Some(EndedBy::Agent));
        row.outcome = Some(closing.ending.outcome());
        row.note = Some(self.said.to_owned());
        let owed = match &closing.ending {
            Ending::CustomerDiagnosing { .. } => Some((TaskKind::CallBack, rules::calls::CALL_BACK_WITHIN)),
            Ending::CustomerFixed { .. } => Some((TaskKind::Confirmation, rules::calls::CONFIRM_WITHIN)),
            Ending::Dispatch(visit) => {
                row.arrives_at = Some(visit.arrives_at);
                (row.engineer_id, row.transport) = (Some(visit.engineer), Some(visit.transport));
                None
            }
            Ending::Solved | Ending::SecondLine { .. } => None,
        };
        if let Some((kind, within)) = owed {
            tasks::add(c.tx, row.id, kind, row.agent_id, ended_at + within, None, ended_at)?;
        }
        Ok(told)
    }

    fn ending(&self, ended_at: Timestamp) -> Option<Ending> {
        Some(match self.came {
            Came::Solved => Ending::Solved,
            Came::Diagnosing => Ending::CustomerDiagnosing { window: None },
            Came::Fixed => Ending::CustomerFixed { window: None },
            Came::Sent => Ending::Dispatch(Visit {
                arrives_at: ended_at + SignedDuration::from_mins(150),
                engineer: self.engineer.id,
                transport: Transport::Car,
            }),
            Came::SecondLine => {
                Ending::SecondLine { team: self.engineer.team, assignee: Some(self.engineer.id) }
            }
            Came::HungUp | Came::Missed => return None,
        })
    }
}

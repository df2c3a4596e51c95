use kaohe::*;
fn hdi() -> Scheme {
    let doc = serde_json::json!({
        "kaohe":1,"id":"hdi","full_points":1.0,
        "variable":[{"id":"le","unit":"年"},{"id":"eys","unit":"年"},{"id":"mys","unit":"年"},{"id":"gni","unit":"USD"}],
        "group":[{"id":"education"}],
        "indicator":[
          {"id":"health","formula":"le","unit":"年","points":{"rule":{"linear":{"low":20,"high":85}}}},
          {"id":"eysi","parent":"education","formula":"eys","unit":"年","points":{"rule":{"linear":{"low":0,"high":18}}}},
          {"id":"mysi","parent":"education","formula":"mys","unit":"年","points":{"rule":{"linear":{"low":0,"high":15}}}},
          {"id":"income","formula":"gni","unit":"USD","points":{"rule":{"linear":{"low":100,"high":75000,"log":true}}}},
        ],
        "total":{"aggregate":"geometric","round":{"digits":3}, "grades":{"table":[["very high",0.8],["high",0.7],["medium",0.55],["low",0.0]]}}
    });
    Scheme::from_document(serde_json::from_value(doc).unwrap()).unwrap()
}
#[test]
fn hdi_all_rows() {
    let text = std::fs::read_to_string("tests/data/hdi_2022_inputs_and_published.csv").unwrap();
    let mut names = vec![];
    let mut cols = vec![vec![]; 4];
    let mut published = vec![];
    for line in text.lines().skip(1) {
        let mut fields = vec![];
        let mut cur = String::new();
        let mut q = false;
        for c in line.chars() {
            match c {
                '"' => q = !q,
                ',' if !q => fields.push(std::mem::take(&mut cur)),
                c => cur.push(c),
            }
        }
        fields.push(cur);
        names.push(fields[1].clone());
        for k in 0..4 {
            cols[k].push(fields[3 + k].parse::<f64>().unwrap_or(f64::NAN));
        }
        published.push(fields[7].parse::<f64>().unwrap());
    }
    let n = names.len();
    let mut it = cols.into_iter();
    let panel = Panel::builder(names.into_iter().collect(), vec![Period::year(2022).unwrap(); n])
        .column("le", it.next().unwrap())
        .column("eys", it.next().unwrap())
        .column("mys", it.next().unwrap())
        .column("gni", it.next().unwrap())
        .build()
        .unwrap();
    let a = hdi().assess(&panel).map_err(|e| e.render(Lang::En)).unwrap();
    let wrong = (0..n).filter(|i| a.totals()[*i] != published[*i]).count();
    println!("{n} rows, {wrong} wrong, exact {}", a.exact_cells());
    for r in a.ranking(Period::year(2022).unwrap()).unwrap().iter().take(5) {
        println!("{r:?}");
    }
    assert_eq!(wrong, 0);
}
